using Provost.Control.Response.Actions;
using Provost.Control.Response.Actions.Pause;

namespace Provost.Control.Tests.Response.Actions.Pause;

public sealed class PauseActionTests : ActionContract
{
    internal override IResponseAction Action { get; } = new PauseAction();
}
