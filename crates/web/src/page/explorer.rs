//! The API explorer: every operation with its parameters, its shapes and a curl line, written from
//! the OpenAPI document. No script.

use maud::{Markup, html};
use serde_json::Value;

use super::layout::page;

/// The page for an OpenAPI document.
pub(crate) fn explorer(document: &Value, base_url: &str) -> Markup {
    let schemas = &document["components"]["schemas"];
    let paths = document["paths"].as_object();
    page(
        "API",
        &html! {
            h1 { "The API of Outcry" }
            p { "The whole of it as OpenAPI 3.1: " a href="/api/v1/openapi.json" { "/api/v1/openapi.json" } ". "
                "Errors are explained under " a href="/problems" { "Problems" } "." }
            p { "Every request needs a token: " code { "Authorization: Bearer $OUTCRY_TOKEN" }
                ". Every POST takes an " code { "Idempotency-Key" } ", so that sending it twice does it once." }
            @for (path, methods) in paths.into_iter().flatten() {
                @for (method, operation) in methods.as_object().into_iter().flatten() {
                    (one(path, method, operation, base_url))
                }
            }
            h2 { "Shapes" }
            @for (name, schema) in schemas.as_object().into_iter().flatten() {
                section id={ "shape-" (name) } {
                    h3 { (name) }
                    pre { code { (pretty(schema)) } }
                }
            }
        },
    )
}

fn one(path: &str, method: &str, operation: &Value, base_url: &str) -> Markup {
    let text = |key: &str| operation[key].as_str().unwrap_or_default().to_owned();
    let verb = method.to_ascii_uppercase();
    html! {
        section id=(text("operationId")) {
            h2 { code { (verb) " " (path) } }
            p { (text("summary")) " " (text("description")) }
            @if let Some(parameters) = operation["parameters"].as_array() {
                dl {
                    @for parameter in parameters {
                        dt { code { (parameter["name"].as_str().unwrap_or_default()) }
                            " (" (parameter["in"].as_str().unwrap_or_default()) ")" }
                        dd { (parameter["description"].as_str().unwrap_or_default()) }
                    }
                }
            }
            @for (form, content) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
                p { "Body: " code { (form) } " " (link(&content["schema"])) }
            }
            @for (status, response) in operation["responses"].as_object().into_iter().flatten() {
                @if status.starts_with('2') {
                    p { (status) ": " (response["description"].as_str().unwrap_or_default())
                        @for (_, content) in response["content"].as_object().into_iter().flatten() {
                            " " (link(&content["schema"]))
                        }
                    }
                }
            }
            pre { code { (curl(&verb, path, operation, base_url)) } }
        }
    }
}

fn link(schema: &Value) -> Markup {
    let name = schema["$ref"]
        .as_str()
        .and_then(|path| path.rsplit('/').next());
    html! {
        @if let Some(name) = name { a href={ "#shape-" (name) } { (name) } }
    }
}

fn curl(verb: &str, path: &str, operation: &Value, base_url: &str) -> String {
    let mut line =
        format!("curl -X {verb} {base_url}{path} \\\n  -H \"Authorization: Bearer $OUTCRY_TOKEN\"");
    let forms = operation["requestBody"]["content"].as_object();
    if let Some(form) = forms.and_then(|forms| forms.keys().next()) {
        line.push_str(&format!(" \\\n  -H 'Content-Type: {form}' -d '{{…}}'"));
    }
    line
}

fn pretty(schema: &Value) -> String {
    serde_json::to_string_pretty(schema).unwrap_or_default()
}
