using Provost.Control.Response.Actions;
using Provost.Control.Response.Actions.Page;

namespace Provost.Control.Tests.Response.Actions.Page;

public sealed class PageActionTests : ActionContract
{
    internal override IResponseAction Action { get; } = new PageAction();

    protected override bool Orders => false;
}
