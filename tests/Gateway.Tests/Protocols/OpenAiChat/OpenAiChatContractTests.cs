using System.Text.Json;
using Provost.Gateway.Tests.Pipeline;

namespace Provost.Gateway.Tests.Protocols.OpenAiChat;

public sealed class OpenAiChatContractTests : ProtocolContract
{
    private protected override Exchange Sound =>
        new("/v1/chat/completions", Chat.Ask(), Chat.Answer(), "A colleague will call you.");

    private protected override SnapshotPlan NewPlan() =>
        new SnapshotPlan().Add(Manifest.System() + Manifest.Llm(), Manifest.Files);

    private protected override string CodeOf(JsonElement body) =>
        body.GetProperty("error").GetProperty("code").GetString()!;
}
