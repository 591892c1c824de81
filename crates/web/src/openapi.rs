//! The OpenAPI document: generated from the handlers and their types, with the problems that every
//! operation can answer with.

use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa::openapi::{self, ContentBuilder, RefOr, ResponseBuilder};

use crate::problem::{Body, Kind, kind};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Outcry",
        description = "Report retail crime, call for help, and see who has it. Errors are problems (RFC 9457): see /problems."
    ),
    components(schemas(Body<'static>)),
    tags(
        (name = "reports", description = "How an incident begins"),
        (name = "incidents", description = "What the organisation handles"),
        (name = "events", description = "Tills, cameras, rotas, stock"),
        (name = "live", description = "Facts as they happen"),
        (name = "desk", description = "Figures of the dispatch desk"),
        (name = "me", description = "Whoever is signed in"),
        (name = "sites", description = "Stores"),
        (name = "people", description = "People"),
        (name = "queues", description = "Queues and service levels"),
        (name = "policies", description = "Escalation and on-call"),
        (name = "templates", description = "What each category asks")
    )
)]
pub(crate) struct Document;

/// What any operation may answer with.
const ALWAYS: &[&Kind] = &[
    kind::BAD_REQUEST,
    kind::NOT_SIGNED_IN,
    kind::FORBIDDEN,
    kind::NOT_FOUND,
    kind::METHOD_NOT_ALLOWED,
    kind::STREAM_BEHIND,
    kind::INTERNAL,
    kind::OVERLOADED,
    kind::TOO_SLOW,
];
/// What an operation with a body may answer with.
const WITH_BODY: &[&Kind] = &[
    kind::TIMED_OUT,
    kind::NOT_YET,
    kind::TOO_LARGE,
    kind::UNSUPPORTED_MEDIA_TYPE,
    kind::INVALID_FIELD,
];
/// What an edit may answer with.
const EDITS: &[&Kind] = &[kind::STALE, kind::VERSION_REQUIRED];

/// The finished document as JSON: problems, the headers of what changes something and the ways to sign in added.
pub(crate) fn finish(mut document: openapi::OpenApi) -> Value {
    for (path, item) in &mut document.paths.paths {
        let operations = [&mut item.get, &mut item.post, &mut item.put];
        for (place, operation) in operations.into_iter().enumerate() {
            let Some(operation) = operation else { continue };
            operation.operation_id = Some(name(["get", "post", "put"][place], path));
            let kinds = match place {
                0 => ALWAYS.to_vec(),
                1 => [ALWAYS, WITH_BODY].concat(),
                _ => [ALWAYS, WITH_BODY, EDITS].concat(),
            };
            for kind in kinds {
                let status = kind.status.as_str().to_owned();
                operation
                    .responses
                    .responses
                    .entry(status)
                    .or_insert_with(|| response(kind));
            }
            let headers = [
                (place == 1).then(idempotency_key),
                (place > 0 && path != "/api/v1/panic").then(person),
            ];
            for header in headers.into_iter().flatten() {
                let parameters = operation.parameters.get_or_insert_default();
                parameters.push(header.into());
            }
        }
    }
    let mut document = serde_json::to_value(&document).unwrap_or_default();
    document["components"]["securitySchemes"] = json!({
        "token": {"type": "http", "scheme": "bearer", "description": "An API token (oc_api_…)"},
        "session": {"type": "apiKey", "in": "cookie", "name": outcry_identity::COOKIE,
            "description": "Set by a sign-in link; for our own pages"}
    });
    document["security"] = json!([{"token": []}, {"session": []}]);
    document
}

/// `post_incidents_id_acknowledge`: handlers of different nouns share their names, operations must not.
fn name(method: &str, path: &str) -> String {
    let words = path
        .trim_start_matches("/api/v1/")
        .split(['/', '-', '{', '}']);
    std::iter::once(method)
        .chain(words.filter(|word| !word.is_empty()))
        .collect::<Vec<_>>()
        .join("_")
}

fn response(kind: &Kind) -> RefOr<openapi::Response> {
    let content = ContentBuilder::new()
        .schema(Some(openapi::Ref::from_schema_name("Problem")))
        .build();
    ResponseBuilder::new()
        .description(kind.title())
        .content("application/problem+json", content)
        .build()
        .into()
}

fn idempotency_key() -> openapi::path::Parameter {
    header(
        "Idempotency-Key",
        200,
        "1 to 200 visible ASCII characters, fresh for each new request. The same request again gets the same answer, with `Idempotency-Replayed: true`.",
    )
}

fn person() -> openapi::path::Parameter {
    header(
        "Outcry-Person",
        40,
        "The id of the person whom the sender takes itself for: if the session is somebody else's by now, the answer is 409 `other-person`, and nothing is done. Our own pages send it.",
    )
}

fn header(name: &str, characters_max: usize, description: &str) -> openapi::path::Parameter {
    let text = openapi::ObjectBuilder::new()
        .schema_type(openapi::schema::Type::String)
        .max_length(Some(characters_max));
    openapi::path::ParameterBuilder::new()
        .name(name)
        .parameter_in(openapi::path::ParameterIn::Header)
        .required(openapi::Required::False)
        .description(Some(description))
        .schema(Some(text))
        .build()
}
