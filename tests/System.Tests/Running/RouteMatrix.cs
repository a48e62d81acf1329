namespace Provost.SystemTests.Running;

/// <summary>What each role gets from each route. A new route needs its line here.</summary>
internal static class RouteMatrix
{
    /// <summary>The columns: nobody signed in; a person without a role; one holder of each role alone; a business
    /// owner of the system that the routes name.</summary>
    public static readonly IReadOnlyList<string> Roles =
    [
        "nobody", "none", "reviewer", "executive", "on-call", "approver", "auditor", "compliance", "administrator",
        "owner",
    ];

    private const string Empty = "{}";
    private const string Envelope = """{"envelope":{}}""";
    private const string Purpose = """{"purpose":"complaint 4711"}""";
    private const string Manifest = """{"file":"provost.yaml","manifest":"apiVersion: none","files":{}}""";

    private static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["POST /api/setup"] = """{"code":"NONE","name":"Eve","mail":"eve@acme.example","password":"long enough 123"}""",
        ["POST /api/login"] = """{"mail":"LEO_MAIL","password":"LEO_PASSWORD"}""",
        ["POST /api/invitations/accept"] = """{"invite":"none","password":"long enough 123"}""",
        ["POST /api/people"] = """{"name":"Eve","mail":"eve@acme.example","roles":[]}""",
        ["POST /api/people/{id}/changes"] = """{"change":"roles_set","roles":["on-call"]}""",
        ["POST /api/people/changes/{id}/signatures"] = Envelope,
        ["POST /api/people/bootstrap"] = Envelope,
        ["POST /api/people/me/keys"] = """{"publicKey":"none"}""",
        ["PUT /api/blobs/{digest}"] = Empty,
        ["POST /api/plan"] = Manifest,
        ["POST /api/apply"] = Manifest,
        ["POST /api/systems/{name}/releases/{version}/submit"] = Empty,
        ["POST /api/systems/{name}/releases/{version}/approvals"] = Envelope,
        ["POST /api/systems/{name}/releases/{version}/rejections"] = """{"reason":"not yet"}""",
        ["POST /api/admission"] = Empty,
        ["POST /api/warrants/{id}/revocation"] = """{"envelope":{},"reason":"none"}""",
        ["POST /api/systems/{name}/orders"] =
            """{"environment":"production","kind":"pause","reason":"a drill of the matrix"}""",
        ["POST /api/systems/{name}/resume"] = """{"environment":"production","envelope":{}}""",
        ["POST /api/keys"] = """{"system":"refund-assistant","environment":"production"}""",
        ["POST /api/decisions/{id}/content"] = Purpose,
        ["POST /api/decisions/{id}/explanation"] = Purpose,
        ["POST /api/holds"] = """{"basis":"a request of the court","system":"admissions"}""",
        ["POST /api/holds/{id}/release"] = """{"basis":"the case is closed"}""",
        ["POST /api/holds/{id}/release/confirm"] = Envelope,
        ["POST /api/erasures/proposal"] = """{"person":"customer-none","basis":"GDPR Art. 17"}""",
        ["POST /api/erasures"] = """{"says":{},"envelope":{}}""",
        ["POST /api/reveals"] = """{"query":{"system":"refund-assistant"},"purpose":"complaint 4711"}""",
        ["POST /api/reveals/{id}/confirmation"] = Envelope,
        ["POST /api/ledger/rotation"] = """{"envelope":{},"body":{}}""",
        ["POST /api/ledger/reset"] = """{"envelope":{},"body":{}}""",
    };

    /// <summary>The lines as the test calls them.</summary>
    public static IReadOnlyList<(string Route, IReadOnlyList<int> Expected, string? Body)> Lines() =>
    [
        .. Table.Split('\n').Where(l => l.StartsWith('/')).Select(l =>
        {
            var words = l.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var route = $"{words[1]} {words[0]}";
            return (route, (IReadOnlyList<int>)[.. words[2..].Select(int.Parse)], Bodies.GetValueOrDefault(route));
        }),
    ];

    private const string Table = """
        // nobody none reviewer executive on-call approver auditor compliance administrator owner
        /api/setup                                               POST    000 000 000 000 000 000 000 000 000 000
        /api/login                                               POST    000 000 000 000 000 000 000 000 000 000
        /api/invitations/accept                                  POST    000 000 000 000 000 000 000 000 000 000
        /api/logout                                              POST    000 000 000 000 000 000 000 000 000 000
        /api/whoami                                              GET     000 000 000 000 000 000 000 000 000 000
        /api/people                                              GET     000 000 000 000 000 000 000 000 000 000
        /api/people                                              POST    000 000 000 000 000 000 000 000 000 000
        /api/people/{id}/changes                                 POST    000 000 000 000 000 000 000 000 000 000
        /api/people/changes                                      GET     000 000 000 000 000 000 000 000 000 000
        /api/people/changes/{id}/signatures                      POST    000 000 000 000 000 000 000 000 000 000
        /api/people/changes/{id}                                 DELETE  000 000 000 000 000 000 000 000 000 000
        /api/people/bootstrap                                    GET     000 000 000 000 000 000 000 000 000 000
        /api/people/bootstrap                                    POST    000 000 000 000 000 000 000 000 000 000
        /api/people/me/keys/statement                            GET     000 000 000 000 000 000 000 000 000 000
        /api/people/me/keys                                      POST    000 000 000 000 000 000 000 000 000 000
        /api/blobs/{digest}                                      PUT     000 000 000 000 000 000 000 000 000 000
        /api/plan                                                POST    000 000 000 000 000 000 000 000 000 000
        /api/apply                                               POST    000 000 000 000 000 000 000 000 000 000
        /api/systems                                             GET     000 000 000 000 000 000 000 000 000 000
        /api/systems/{name}                                      GET     000 000 000 000 000 000 000 000 000 000
        /api/systems/{name}/accept                               POST    000 000 000 000 000 000 000 000 000 000
        /api/systems/{name}/releases/{version}/submit            POST    000 000 000 000 000 000 000 000 000 000
        /api/systems/{name}/releases/{version}/approval          GET     000 000 000 000 000 000 000 000 000 000
        /api/systems/{name}/releases/{version}/approvals         POST    000 000 000 000 000 000 000 000 000 000
        /api/systems/{name}/releases/{version}/rejections        POST    000 000 000 000 000 000 000 000 000 000
        /api/approvals                                           GET     000 000 000 000 000 000 000 000 000 000
        /api/gate                                                GET     000 000 000 000 000 000 000 000 000 000
        /api/admission                                           POST    000 000 000 000 000 000 000 000 000 000
        /api/manifest.schema.json                                GET     000 000 000 000 000 000 000 000 000 000
        /api/warrants/{id}/revocation                            GET     000 000 000 000 000 000 000 000 000 000
        /api/warrants/{id}/revocation                            POST    000 000 000 000 000 000 000 000 000 000
        /api/systems/{name}/orders                               POST    000 000 000 000 000 000 000 000 000 000
        /api/systems/{name}/resume                               GET     000 000 000 000 000 000 000 000 000 000
        /api/systems/{name}/resume                               POST    000 000 000 000 000 000 000 000 000 000
        /api/keys                                                GET     000 000 000 000 000 000 000 000 000 000
        /api/keys                                                POST    000 000 000 000 000 000 000 000 000 000
        /api/keys/{id}                                           DELETE  000 000 000 000 000 000 000 000 000 000
        /api/decisions                                           GET     000 000 000 000 000 000 000 000 000 000
        /api/decisions/export                                    GET     000 000 000 000 000 000 000 000 000 000
        /api/decisions/groups                                    GET     000 000 000 000 000 000 000 000 000 000
        /api/decisions/{id}                                      GET     000 000 000 000 000 000 000 000 000 000
        /api/decisions/{id}/content                              POST    000 000 000 000 000 000 000 000 000 000
        /api/decisions/{id}/receipt                              GET     000 000 000 000 000 000 000 000 000 000
        /api/decisions/{id}/explanation                          POST    000 000 000 000 000 000 000 000 000 000
        /api/holds                                               GET     000 000 000 000 000 000 000 000 000 000
        /api/holds/{id}                                          GET     000 000 000 000 000 000 000 000 000 000
        /api/holds                                               POST    000 000 000 000 000 000 000 000 000 000
        /api/holds/{id}/release                                  POST    000 000 000 000 000 000 000 000 000 000
        /api/holds/{id}/release                                  GET     000 000 000 000 000 000 000 000 000 000
        /api/holds/{id}/release/confirm                          POST    000 000 000 000 000 000 000 000 000 000
        /api/erasures                                            GET     000 000 000 000 000 000 000 000 000 000
        /api/erasures/proposal                                   POST    000 000 000 000 000 000 000 000 000 000
        /api/erasures                                            POST    000 000 000 000 000 000 000 000 000 000
        /api/retention/plan                                      GET     000 000 000 000 000 000 000 000 000 000
        /api/retention/schedule                                  GET     000 000 000 000 000 000 000 000 000 000
        /api/retention/runs                                      GET     000 000 000 000 000 000 000 000 000 000
        /api/retention/runs                                      POST    000 000 000 000 000 000 000 000 000 000
        /api/reveals                                             GET     000 000 000 000 000 000 000 000 000 000
        /api/reveals/{id}                                        GET     000 000 000 000 000 000 000 000 000 000
        /api/reveals                                             POST    000 000 000 000 000 000 000 000 000 000
        /api/reveals/{id}/confirmation                           GET     000 000 000 000 000 000 000 000 000 000
        /api/reveals/{id}/confirmation                           POST    000 000 000 000 000 000 000 000 000 000
        /api/reveals/{id}/content                                POST    000 000 000 000 000 000 000 000 000 000
        /api/guardrails/coverage                                 GET     000 000 000 000 000 000 000 000 000 000
        /api/ledger/key                                          GET     000 000 000 000 000 000 000 000 000 000
        /api/ledger/export                                       GET     000 000 000 000 000 000 000 000 000 000
        /api/ledger/anchors                                      GET     000 000 000 000 000 000 000 000 000 000
        /api/ledger/rotation                                     GET     000 000 000 000 000 000 000 000 000 000
        /api/ledger/rotation                                     POST    000 000 000 000 000 000 000 000 000 000
        /api/ledger/resets                                       GET     000 000 000 000 000 000 000 000 000 000
        /api/ledger/reset                                        GET     000 000 000 000 000 000 000 000 000 000
        /api/ledger/reset                                        POST    000 000 000 000 000 000 000 000 000 000
        /api/ledger/verification                                 POST    000 000 000 000 000 000 000 000 000 000
        /api/ledger/verification                                 GET     000 000 000 000 000 000 000 000 000 000
        /api/ledger/reconciliation                               GET     000 000 000 000 000 000 000 000 000 000
        /api/found                                               GET     000 000 000 000 000 000 000 000 000 000
        /api/signals                                             GET     000 000 000 000 000 000 000 000 000 000
        /api/incidents                                           GET     000 000 000 000 000 000 000 000 000 000
        /api/incidents/{id}                                      GET     000 000 000 000 000 000 000 000 000 000
        /api/incidents/{id}/acknowledge                          POST    000 000 000 000 000 000 000 000 000 000
        /api/incidents/{id}/close                                POST    000 000 000 000 000 000 000 000 000 000
        """;
}
