using Provost.Control.Response.Actions;
using Provost.Control.Response.Actions.Kill;

namespace Provost.Control.Tests.Response.Actions.Kill;

public sealed class KillActionTests : ActionContract
{
    internal override IResponseAction Action { get; } = new KillAction();
}
