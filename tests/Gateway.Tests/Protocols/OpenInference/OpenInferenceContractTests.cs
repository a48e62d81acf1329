using System.Text.Json;
using Provost.Gateway.Tests.Pipeline;

namespace Provost.Gateway.Tests.Protocols.OpenInference;

public sealed class OpenInferenceContractTests : ProtocolContract
{
    private const string Question =
        """{"inputs":[{"name":"dept","shape":[1],"datatype":"BYTES","data":["A"]}]}""";

    private const string Answer = """
        {"model_name":"admissions","model_version":"1",
         "outputs":[{"name":"score","datatype":"FP64","shape":[1],"data":[0.62]}]}
        """;

    private protected override Exchange Sound =>
        new("/v2/models/admissions/infer", Question, Answer, "\"data\":[\"refer\"]");

    private protected override SnapshotPlan NewPlan() =>
        new SnapshotPlan().Add(Manifest.System("model", capture: "full") + Manifest.Model(), Manifest.NoFiles);

    private protected override string CodeOf(JsonElement body) =>
        body.GetProperty("error").GetString()!.Split(": ")[0];
}
