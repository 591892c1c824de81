//! The API explorer: every operation with its parameters, its shapes and a curl line, written from
//! the OpenAPI document. No script.

use maud::{Markup, html};
use serde_json::Value;

use super::layout::{page, prose};

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
            (contents(document))
            @for (path, methods) in paths.into_iter().flatten() {
                @for (method, operation) in methods.as_object().into_iter().flatten() {
                    (one(document, path, method, operation, base_url))
                }
            }
            h2 id="shapes" { "Shapes" }
            @for (name, schema) in schemas.as_object().into_iter().flatten() {
                section id={ "shape-" (name) } {
                    h3 { (name) }
                    pre { code { (pretty(schema)) } }
                }
            }
        },
    )
}

/// Every operation in one line, as a way to it.
fn contents(document: &Value) -> Markup {
    let paths = document["paths"].as_object();
    html! {
        nav aria-label="Contents" {
            ul.contents {
                @for (path, methods) in paths.into_iter().flatten() {
                    @for (method, operation) in methods.as_object().into_iter().flatten() {
                        li {
                            a href={ "#" (operation["operationId"].as_str().unwrap_or_default()) } {
                                code { (method.to_ascii_uppercase()) " " (path) }
                            }
                            " " (prose(operation["summary"].as_str().unwrap_or_default()))
                        }
                    }
                }
                li { a href="#shapes" { "Shapes" } }
            }
        }
    }
}

fn one(document: &Value, path: &str, method: &str, operation: &Value, base_url: &str) -> Markup {
    let text = |key: &str| operation[key].as_str().unwrap_or_default().to_owned();
    let verb = method.to_ascii_uppercase();
    html! {
        section id=(text("operationId")) {
            h2 { code { (verb) " " (path) } }
            p { (prose(&text("summary"))) " " (prose(&text("description"))) }
            @if let Some(parameters) = operation["parameters"].as_array() {
                dl {
                    @for parameter in parameters {
                        dt { code { (parameter["name"].as_str().unwrap_or_default()) }
                            " (" (parameter["in"].as_str().unwrap_or_default()) ")" }
                        dd { (prose(parameter["description"].as_str().unwrap_or_default())) }
                    }
                }
            }
            @for (form, content) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
                p { "Body: " code { (form) } " " (link(&content["schema"])) }
            }
            @for (status, response) in operation["responses"].as_object().into_iter().flatten() {
                @if status.starts_with('2') {
                    p { (status) ": " (prose(response["description"].as_str().unwrap_or_default()))
                        @for (_, content) in response["content"].as_object().into_iter().flatten() {
                            " " (link(&content["schema"]))
                        }
                    }
                }
            }
            pre { code { (curl(document, &verb, path, operation, base_url)) } }
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

fn curl(document: &Value, verb: &str, path: &str, operation: &Value, base_url: &str) -> String {
    let path = path
        .replace('{', "$")
        .replace('}', "")
        .replace("$id", "$ID")
        .replace("$category", "theft");
    let mut line = format!(
        "curl -X {verb} \"{base_url}{path}\" \\\n  -H \"Authorization: Bearer $OUTCRY_TOKEN\""
    );
    if verb == "POST" {
        line.push_str(" \\\n  -H \"Idempotency-Key: $(uuidgen)\"");
    }
    if verb == "PUT" {
        line.push_str(" \\\n  -H 'If-Match: \"1\"'");
    }
    let forms = operation["requestBody"]["content"].as_object();
    if let Some((form, content)) = forms.and_then(|forms| forms.iter().next()) {
        let body = sample(document, &content["schema"], DEPTH_MAX);
        line.push_str(&format!(
            " \\\n  -H 'Content-Type: {form}' \\\n  -d '{body}'"
        ));
    }
    line
}

/// How deep a sample goes.
const DEPTH_MAX: usize = 12;

/// The smallest value of a shape: what must be there, as its examples say.
fn sample(document: &Value, schema: &Value, depth: usize) -> Value {
    if depth == 0 {
        return Value::Null;
    }
    let below = |schema: &Value| sample(document, schema, depth - 1);
    if let Some(known) = schema["$ref"]
        .as_str()
        .and_then(|path| document.pointer(path.get(1..)?))
    {
        return below(known);
    }
    for key in ["example", "const"] {
        if !schema[key].is_null() {
            return schema[key].clone();
        }
    }
    if let Some(first) = [&schema["examples"][0], &schema["enum"][0]]
        .into_iter()
        .find(|v| !v.is_null())
    {
        return first.clone();
    }
    if let Some(first) = [&schema["oneOf"][0], &schema["allOf"][0]]
        .into_iter()
        .find(|v| !v.is_null())
    {
        return below(first);
    }
    let kind = schema["type"].as_str().or(schema["type"][0].as_str());
    match kind.unwrap_or_default() {
        "object" => {
            let names = schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str);
            names
                .map(|name| (name.to_owned(), below(&schema["properties"][name])))
                .collect()
        }
        "array" => Value::Array(vec![below(&schema["items"])]),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or_else(|| 1.into()),
        "boolean" => Value::Bool(true),
        "string" if schema["format"] == "uuid" => "01a2056a-b718-7563-a9e8-16b06c2c1489".into(),
        "string" => "…".into(),
        _ => Value::Null,
    }
}

fn pretty(schema: &Value) -> String {
    serde_json::to_string_pretty(schema).unwrap_or_default()
}
