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
    private const string Notice =
        """{"provider":"openai","model":"a-model-of-the-matrix","shutdown":"UNTIL","source":"the vendor's page"}""";
    private const string Edition = """{"file":"policy.json","edition":"{}"}""";
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
        ["POST /api/sessions/ci"] = """{"token":"none","system":"refund-assistant"}""",
        ["POST /api/people/pipelines"] =
            """
            {"person":"STRANGER","issuer":"https://issuer.example","keys":"https://issuer.example/keys",
            "audience":"provost","repository":"acme/refunds","workflow":"acme/refunds/ci.yml",
            "ref":"refs/heads/main","system":"refund-assistant","verbs":["plan"]}
            """,
        ["POST /api/people/services"] = """{"name":"ci","verbs":["read"],"systems":["*"]}""",
        ["PUT /api/blobs/{digest}"] = Empty,
        ["POST /api/plan"] = Manifest,
        ["POST /api/apply"] = Manifest,
        ["POST /api/systems/{name}/releases/{version}/submit"] = Empty,
        ["POST /api/systems/{name}/releases/{version}/approvals"] = Envelope,
        ["POST /api/systems/{name}/releases/{version}/rejections"] = """{"reason":"not yet","envelope":{}}""",
        ["POST /api/systems/{name}/releases/{version}/rejections/proposal"] = """{"reason":"not yet"}""",
        ["POST /api/systems/{name}/handover/proposal"] = """{"deputy":"LEO_MAIL"}""",
        ["POST /api/systems/{name}/handover"] =
            """{"says":{"system":"refund-assistant","business":null,"technical":null,"deputy":null},"envelope":{}}""",
        ["POST /api/systems/{name}/acceptance"] = Envelope,
        ["POST /api/exceptions/proposal"] =
            """{"system":"refund-assistant","scope":"guardrail=input:pii","reason":"a drill","until":"UNTIL"}""",
        ["POST /api/systems/{name}/retirement"] = Envelope,
        ["POST /api/vendors/{provider}/terms"] =
            """{"noticeDays":30,"reapproval":true,"pays":"care","contact":"vendor desk","source":"the contract"}""",
        ["POST /api/vendors/notices"] = Notice,
        ["POST /api/vendors/notices/feed"] = $$"""{"notices":[{{Notice}}]}""",
        ["POST /api/vendors/notices/{id}/withdrawal"] = """{"basis":"a mistake","envelope":{}}""",
        ["POST /api/import"] = """{"file":"inventory.csv","csv":"none"}""",
        ["POST /api/intake"] = Empty,
        ["POST /api/systems/{name}/reviews/proposal"] = """{"finding":"a drill of the matrix"}""",
        ["POST /api/systems/{name}/reviews"] = """{"finding":"a drill of the matrix","envelope":{}}""",
        ["POST /api/drills"] = """{"person":"nobody@acme.example"}""",
        ["POST /api/taxonomy/plan"] = Edition,
        ["POST /api/taxonomy/proposal"] = Edition,
        ["POST /api/taxonomy"] = """{"file":"policy.json","edition":"{}","envelope":{}}""",
        ["POST /api/exceptions"] = """{"content":{},"envelope":{}}""",
        ["POST /api/exceptions/{id}/signature"] = Envelope,
        ["POST /api/exceptions/{id}/end"] = """{"reason":"no longer needed"}""",
        ["POST /api/adoptions/proposal"] = """{"system":"refund-assistant","until":"UNTIL"}""",
        ["POST /api/adoptions"] = """{"content":{},"envelope":{}}""",
        ["POST /api/adoptions/{id}/signature"] = Envelope,
        ["POST /api/adoptions/{id}/end"] = """{"reason":"no longer needed"}""",
        ["POST /api/systems/{name}/rehearsals"] = Empty,
        ["POST /api/systems/{name}/rollback-rehearsals"] = Empty,
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

    /// <summary>What a route without a line is held against.</summary>
    public static readonly IReadOnlyList<int> NoLine = [];

    /// <summary>What is sent to a route; null: nothing.</summary>
    public static string? BodyOf(string route) => Bodies.GetValueOrDefault(route);

    /// <summary>The lines as the test calls them.</summary>
    public static IReadOnlyList<(string Route, IReadOnlyList<int> Expected)> Lines() =>
    [
        .. Table.Split('\n').Where(l => l.StartsWith("/api", StringComparison.Ordinal)).Select(l =>
        {
            var words = l.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var route = $"{words[1]} {words[0]}";
            return (route, (IReadOnlyList<int>)[.. words[2..].Select(int.Parse)]);
        }),
    ];

    private const string Table = """
        columns: nobody none reviewer executive on-call approver auditor compliance administrator owner
        (400 for nobody: the body is read before it is asked who sends it)

        /api/setup                                              POST   403 403 403 403 403 403 403 403 403 403
        /api/login                                              POST   200 200 200 200 200 200 200 200 200 200
        /api/invitations/accept                                 POST   403 403 403 403 403 403 403 403 403 403
        /api/logout                                             POST   401 204 204 204 204 204 204 204 204 204
        /api/whoami                                             GET    401 200 200 200 200 200 200 200 200 200
        /api/people                                             GET    401 200 200 200 200 200 200 200 200 200
        /api/people                                             POST   401 403 403 403 403 403 403 403 202 403
        /api/people/{id}/changes                                POST   401 403 403 403 403 202 403 202 202 403
        /api/people/changes                                     GET    401 200 403 403 403 200 200 200 200 403
        /api/people/changes/{id}/signatures                     POST   401 403 403 403 403 403 403 403 403 403
        /api/people/changes/{id}                                DELETE 401 404 404 404 404 404 404 404 404 404
        /api/people/bootstrap                                   GET    401 200 200 200 200 200 200 200 200 200
        /api/people/bootstrap                                   POST   401 400 400 400 400 400 400 400 400 400
        /api/people/me/keys/statement                           GET    401 400 400 400 400 400 400 400 400 400
        /api/people/me/keys                                     POST   401 400 400 400 400 400 400 400 400 400
        /api/people/me/passkeys                                 GET    401 200 200 200 200 200 200 200 200 200
        /api/people/me/credentials                              GET    401 200 200 200 200 200 200 200 200 200
        /api/people/me/credentials                              DELETE 401 400 400 400 400 400 400 400 400 400
        /api/people/me/credentials/{id}                         DELETE 401 404 404 404 404 404 404 404 404 404
        /api/people/services                                    GET    401 200 200 200 200 200 200 200 200 200
        /api/people/services                                    POST   401 200 200 200 200 200 200 200 200 200
        /api/people/services/{id}                               DELETE 401 404 404 404 404 404 404 404 404 404
        /api/people/sign-ins                                    GET    401 200 200 200 200 200 200 200 200 200
        /api/sessions/ci                                        POST   403 403 403 403 403 403 403 403 403 403
        /api/people/pipelines                                   GET    401 200 200 200 200 200 200 200 200 200
        /api/people/pipelines                                   POST   401 403 403 403 403 202 403 202 202 403
        /api/people/pipelines/{id}                              DELETE 401 403 403 403 403 403 403 403 403 403
        /api/blobs/{digest}                                     PUT    401 200 200 403 200 200 403 200 200 200
        /api/plan                                               POST   401 400 400 400 400 400 400 400 400 400
        /api/apply                                              POST   401 400 400 400 400 400 400 400 400 400
        /api/systems                                            GET    401 200 200 200 200 200 200 200 200 200
        /api/systems/{name}                                     GET    401 200 200 200 200 200 200 200 200 200
        /api/systems/{name}/handover/proposal                   POST   401 200 200 200 200 200 200 200 200 200
        /api/systems/{name}/handover                            POST   401 400 400 400 400 400 400 400 400 400
        /api/systems/{name}/acceptance                          GET    401 409 409 409 409 409 409 409 409 409
        /api/systems/{name}/acceptance                          POST   401 409 409 409 409 409 409 409 409 409
        /api/systems/{name}/rehearsals                          POST   401 403 403 403 200 403 403 200 403 200
        /api/owners                                             GET    401 200 200 200 200 200 200 200 200 200
        /api/systems/{name}/releases/{version}/variant          GET    401 404 404 404 404 404 404 404 404 404
        /api/envelopes                                          GET    401 200 200 200 200 200 200 200 200 200
        /api/envelopes/{id}                                     GET    401 404 404 404 404 404 404 404 404 404
        /api/envelopes/{id}/variants                            GET    401 404 404 404 404 404 404 404 404 404
        /api/exceptions                                         GET    401 200 200 200 200 200 200 200 200 200
        /api/exceptions/{id}                                    GET    401 404 404 404 404 404 404 404 404 404
        /api/exceptions/proposal                                POST   401 403 403 403 403 200 403 403 403 200
        /api/exceptions                                         POST   401 400 400 400 400 400 400 400 400 400
        /api/exceptions/{id}/signature                          GET    401 404 404 404 404 404 404 404 404 404
        /api/exceptions/{id}/signature                          POST   401 400 400 400 400 400 400 400 400 400
        /api/exceptions/{id}/end                                POST   401 404 404 404 404 404 404 404 404 404
        /api/adoptions                                          GET    401 200 200 200 200 200 200 200 200 200
        /api/adoptions/{id}                                     GET    401 404 404 404 404 404 404 404 404 404
        /api/adoptions/proposal                                 POST   401 403 403 403 403 403 403 403 403 409
        /api/adoptions                                          POST   401 400 400 400 400 400 400 400 400 400
        /api/adoptions/{id}/signature                           GET    401 404 404 404 404 404 404 404 404 404
        /api/adoptions/{id}/signature                           POST   401 400 400 400 400 400 400 400 400 400
        /api/adoptions/{id}/end                                 POST   401 404 404 404 404 404 404 404 404 404
        /api/findings                                           GET    401 200 200 200 200 200 200 200 200 200
        /api/systems/{name}/retirement                          GET    401 200 200 200 200 200 200 200 200 200
        /api/systems/{name}/retirement                          POST   401 400 400 400 400 400 400 400 400 400
        /api/reviews                                            GET    401 200 200 200 200 200 200 200 200 200
        /api/systems/{name}/reviews/proposal                    POST   401 403 403 403 403 403 403 403 403 200
        /api/systems/{name}/reviews                             POST   401 400 400 400 400 400 400 400 400 400
        /api/oncall                                             GET    401 200 200 200 200 200 200 200 200 200
        /api/drills                                             GET    401 200 200 200 200 200 200 200 200 200
        /api/drills                                             POST   401 403 403 403 404 403 403 404 404 404
        /api/systems/{name}/record                              GET    401 200 200 200 200 200 200 200 200 200
        /api/taxonomy                                           GET    401 200 200 200 200 200 200 200 200 200
        /api/taxonomy/plan                                      POST   401 400 400 400 400 400 400 400 400 400
        /api/taxonomy/proposal                                  POST   401 400 400 400 400 400 400 400 400 400
        /api/taxonomy                                           POST   401 400 400 400 400 400 400 400 400 400
        /api/answers/approval                                   GET    401 400 400 400 400 400 400 400 400 400
        /api/graph                                              GET    401 400 400 400 400 400 400 400 400 400
        /api/vendors                                            GET    401 200 200 200 200 200 200 200 200 200
        /api/vendors/{provider}/terms                           POST   401 403 403 403 400 403 403 400 403 403
        /api/vendors/tasks                                      GET    401 200 200 200 200 200 200 200 200 200
        /api/vendors/seen                                       GET    401 200 200 200 200 200 200 200 200 200
        /api/vendors/notices                                    GET    401 200 200 200 200 200 200 200 200 200
        /api/vendors/notices                                    POST   401 400 400 400 400 400 400 400 400 400
        /api/vendors/notices/feed                               POST   401 400 400 400 400 400 400 400 400 400
        /api/vendors/notices/{id}/withdrawal                    GET    401 400 400 400 400 400 400 400 400 400
        /api/vendors/notices/{id}/withdrawal                    POST   401 400 400 400 400 400 400 400 400 400
        /api/import                                             POST   401 400 400 400 400 400 400 400 400 400
        /api/intake                                             POST   401 200 200 200 200 200 200 200 200 200
        /api/systems/{name}/releases/{version}/tests            POST   401 404 404 404 404 404 404 404 404 404
        /api/systems/{name}/rollback-rehearsals                 POST   401 403 403 403 403 200 403 403 200 200
        /api/gate/answers                                       GET    401 200 200 200 200 200 200 200 200 200
        /api/differences/{digest}                               GET    401 404 404 404 404 404 404 404 404 404
        /api/rollback-rehearsals                                GET    401 200 200 200 200 200 200 200 200 200
        /api/tests                                              GET    401 200 200 200 200 200 200 200 200 200
        /api/tests/{id}                                         GET    401 404 404 404 404 404 404 404 404 404
        /api/notices                                            GET    401 200 200 200 200 200 200 200 200 200
        /api/systems/{name}/releases/{version}/submit           POST   401 409 409 409 409 409 409 409 409 409
        /api/systems/{name}/releases/{version}/approval         GET    401 403 403 403 403 200 403 403 403 200
        /api/systems/{name}/releases/{version}/approvals        POST   401 400 400 400 400 400 400 400 400 400
        /api/systems/{name}/releases/{version}/rejections/proposal POST   401 403 403 403 403 200 403 403 403 200
        /api/systems/{name}/releases/{version}/rejections       POST 401 400 400 400 400 400 400 400 400 400
        /api/rejections                                         GET    401 200 200 200 200 200 200 200 200 200
        /api/approvals                                          GET    401 200 200 200 200 200 200 200 200 200
        /api/gate                                               GET    401 400 400 400 400 400 400 400 400 400
        /api/admission                                          POST   401 400 400 400 400 400 400 400 400 400
        /api/manifest.schema.json                               GET    200 200 200 200 200 200 200 200 200 200
        /api/warrants/{id}/revocation                           GET    401 403 403 403 403 200 403 403 403 200
        /api/warrants/{id}/revocation                           POST   401 400 400 400 400 400 400 400 400 400
        /api/systems/{name}/orders                              POST   401 403 403 403 200 403 403 200 403 200
        /api/systems/{name}/resume                              GET    401 200 200 200 200 200 200 200 200 200
        /api/systems/{name}/resume                              POST   401 400 400 400 400 400 400 400 400 400
        /api/keys                                               GET    401 200 200 200 200 200 200 200 200 200
        /api/keys                                               POST   401 403 403 403 403 403 403 403 200 200
        /api/keys/{id}                                          DELETE 401 404 404 404 404 404 404 404 404 404
        /api/decisions                                          GET    401 403 200 403 403 403 200 200 403 403
        /api/decisions/export                                   GET    401 403 403 403 403 403 200 200 403 403
        /api/decisions/groups                                   GET    401 403 200 403 403 403 200 200 403 403
        /api/decisions/{id}                                     GET    401 404 200 404 404 404 200 200 404 200
        /api/decisions/{id}/content                             POST   401 403 403 403 403 403 403 200 403 403
        /api/decisions/{id}/receipt                             GET    401 404 200 404 404 404 200 200 404 200
        /api/decisions/{id}/explanation                         POST   401 404 409 404 404 404 409 409 404 409
        /api/holds                                              GET    401 403 403 403 403 200 200 200 403 403
        /api/holds/{id}                                         GET    401 403 403 403 403 200 200 200 403 403
        /api/holds                                              POST   401 403 403 403 403 403 403 200 403 403
        /api/holds/{id}/release                                 POST   401 403 403 403 403 403 403 200 403 403
        /api/holds/{id}/release                                 GET    401 403 403 403 403 200 200 200 403 403
        /api/holds/{id}/release/confirm                         POST   401 400 400 400 400 400 400 400 400 400
        /api/erasures                                           GET    401 403 403 403 403 200 200 200 403 403
        /api/erasures/proposal                                  POST   401 403 403 403 403 403 403 404 403 403
        /api/erasures                                           POST   401 400 400 400 400 400 400 400 400 400
        /api/retention/plan                                     GET    401 403 403 403 403 200 200 200 403 403
        /api/retention/schedule                                 GET    401 200 200 200 200 200 200 200 200 200
        /api/retention/runs                                     GET    401 403 403 403 403 200 200 200 403 403
        /api/retention/runs                                     POST   401 403 403 403 403 403 403 200 403 403
        /api/reveals                                            GET    401 403 403 403 403 200 200 200 403 403
        /api/reveals/{id}                                       GET    401 403 403 403 403 404 404 404 403 403
        /api/reveals                                            POST   401 403 403 403 403 403 403 200 403 403
        /api/reveals/{id}/confirmation                          GET    401 403 403 403 403 404 404 404 403 403
        /api/reveals/{id}/confirmation                          POST   401 400 400 400 400 400 400 400 400 400
        /api/reveals/{id}/bundle                                POST   401 404 404 404 404 404 404 404 404 404
        /api/reveals/{id}/content                               POST   401 404 404 404 404 404 404 404 404 404
        /api/guardrails/coverage                                GET    401 403 200 403 403 403 200 200 403 200
        /api/ledger/key                                         GET    200 200 200 200 200 200 200 200 200 200
        /api/ledger/export                                      GET    401 403 403 403 403 403 200 200 403 403
        /api/ledger/anchors                                     GET    401 200 200 200 200 200 200 200 200 200
        /api/ledger/rotation                                    GET    401 403 403 403 403 403 403 403 200 403
        /api/ledger/rotation                                    POST   401 400 400 400 400 400 400 400 400 400
        /api/ledger/resets                                      GET    401 200 200 200 200 200 200 200 200 200
        /api/ledger/reset                                       GET    401 403 403 403 403 403 403 403 409 403
        /api/ledger/reset                                       POST   401 400 400 400 400 400 400 400 400 400
        /api/ledger/verification                                POST   401 403 403 403 403 403 200 200 200 403
        /api/ledger/verification                                GET    401 200 200 200 200 200 200 200 200 200
        /api/ledger/reconciliation                              GET    401 200 200 200 200 200 200 200 200 200
        /api/found                                              GET    401 200 200 200 200 200 200 200 200 200
        /api/signals                                            GET    401 200 200 200 200 200 200 200 200 200
        /api/incidents                                          GET    401 200 200 200 200 200 200 200 200 200
        /api/incidents/{id}                                     GET    401 404 404 404 404 404 404 404 404 404
        /api/incidents/{id}/acknowledge                         POST   401 404 404 404 404 404 403 404 404 404
        /api/incidents/{id}/close                               POST   401 404 404 404 404 404 403 404 404 404
        """;
}
