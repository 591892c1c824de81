//! All addresses of the counter.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri, header};
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;
use std::sync::{Arc, OnceLock};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::house::Shared;
use crate::openapi::{self, Document};
use crate::problem::{Problem, kind};
use crate::session::{Guest, home, sign_in_closed, sign_in_open, sign_in_page, sign_out};
use crate::{
    asset, desk, door, event, incident, live, me, operate, page, person, policy, queue, region,
    report, schedule, session, shift, site, template,
};

/// The addresses of the app: each answers with the shell.
const APP: &[&str] = &[
    "/terminal",
    "/desk",
    "/incidents",
    "/incidents/{id}",
    "/store",
    "/stores",
    "/regions",
    "/people",
    "/templates",
    "/policies",
];

/// The router of the whole house.
pub(crate) fn router(counter: &Shared) -> Router {
    let (api, _) = api();
    let mut router = api
        .route("/api/v1/openapi.json", get(openapi_json))
        .route("/api/docs", get(explorer))
        .route("/", get(home))
        .route("/sign-in", get(sign_in_closed))
        .route("/sign-in/{secret}", get(sign_in_page).post(sign_in_open))
        .route("/sign-out", post(sign_out))
        .route("/problems", get(async || page::all_kinds()))
        .route("/problems/{slug}", get(problem_page))
        .route("/assets/{*path}", get(asset::asset))
        .route("/sw.js", get(asset::worker))
        .route("/manifest.webmanifest", get(asset::manifest))
        .route("/healthz", get(operate::health))
        .route("/readyz", get(operate::ready))
        .route("/metrics", get(operate::scrape));
    for address in APP {
        router = router.route(address, get(app));
    }
    router
        .fallback(nothing_here)
        .layer(from_fn_with_state(Arc::clone(counter), session::prolong))
        .layer(from_fn_with_state(Arc::clone(counter), door::pass))
        .with_state(Arc::clone(counter))
}

/// The API under its prefix, and its document.
pub(crate) fn api() -> (Router<Shared>, utoipa::openapi::OpenApi) {
    let api = OpenApiRouter::new()
        .merge(me::router())
        .merge(report::router())
        .merge(incident::router())
        .merge(event::router())
        .merge(desk::router())
        .merge(live::router())
        .merge(region::router())
        .merge(site::router())
        .merge(shift::router())
        .merge(person::router())
        .merge(queue::router())
        .merge(policy::router())
        .merge(schedule::router())
        .merge(template::router());
    OpenApiRouter::with_openapi(Document::openapi())
        .nest("/api/v1", api)
        .split_for_parts()
}

/// The app's pages are for whoever is signed in; others are shown the way in.
async fn app(
    State(_): State<Shared>,
    uri: Uri,
    headers: HeaderMap,
    Guest(visitor): Guest,
) -> Response {
    let cookies = headers.get(header::COOKIE);
    let cookies = cookies.and_then(|value| value.to_str().ok());
    match visitor {
        Some(_) => page::shell(uri.path(), cookies.unwrap_or_default()).into_response(),
        None => session::to_sign_in(),
    }
}

/// The document, written when somebody first asks for it: the way to it takes some megabytes that an
/// idle program need not hold.
fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| openapi::finish(api().1))
}

/// However many ask for it at once, it is in memory once.
async fn openapi_json() -> Response {
    static TEXT: OnceLock<Bytes> = OnceLock::new();
    let text = TEXT.get_or_init(|| document().to_string().into());
    let form = [(header::CONTENT_TYPE, "application/json")];
    (form, text.clone()).into_response()
}

async fn explorer(State(counter): State<Shared>) -> Response {
    let page = counter.explorer.get_or_init(|| {
        let public_url = &counter.house.settings.public_url;
        page::explorer(document(), public_url).into_string().into()
    });
    Html(page.clone()).into_response()
}

async fn problem_page(Path(slug): Path<String>) -> Result<Response, Problem> {
    match kind::of_slug(&slug) {
        Some(kind) => Ok(page::kind(kind).into_response()),
        None => Err(Problem::not_found("there is no such kind of problem")),
    }
}

async fn nothing_here() -> Problem {
    Problem::not_found(outcry_words::phrase("answer-nothing-here"))
}
