//! Routing of requests.

use std::collections::HashMap;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, header};
use imagekitio::raw::operations::{self, Operation};
use serde_json::Value;

use super::account::{Account, DELIVERY};
use super::reply::{Refusal, Reply};
use super::store::{self, Kind};
use super::upload::Version;
use super::{
    assets, auth, cache, delivery, details, fields, folders, jobs, metadata, moves, percent,
    settings, tags, upload, usage, validate, versions,
};

/// A request for an operation of the API, read and checked against the document.
pub(super) struct Call<'a> {
    pub(super) account: &'a Account,
    /// The path parameters.
    ids: Vec<String>,
    query: HashMap<String, String>,
    /// The JSON body; null if there is none.
    pub(super) body: Value,
}

impl Call<'_> {
    /// The first path parameter.
    pub(super) fn id(&self) -> &str {
        self.ids.first().map_or("", String::as_str)
    }

    /// The second path parameter.
    pub(super) fn second_id(&self) -> &str {
        self.ids.get(1).map_or("", String::as_str)
    }

    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// A string of the body; empty if it is not there.
    pub(super) fn text(&self, name: &str) -> &str {
        self.body[name].as_str().unwrap_or_default()
    }

    /// A boolean of the body; false if it is not there.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.body[name].as_bool().unwrap_or_default()
    }

    /// A list of strings of the body.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        let all = self.body[name].as_array().into_iter().flatten();
        all.filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

/// The operation id of delivery.
const DELIVERY_ID: &str = "delivery";

/// The destination of a request.
#[derive(Clone, Copy)]
pub(super) enum Route {
    Operation(&'static Operation),
    Delivery,
}

impl Route {
    /// The `operationId`, or `delivery`.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Operation(operation) => operation.id,
            Self::Delivery => DELIVERY_ID,
        }
    }

    pub(super) fn find(method: &Method, path: &str) -> Result<Self, Refusal> {
        if path.split('/').nth(1) == Some(DELIVERY) {
            return match *method {
                Method::GET | Method::HEAD => Ok(Self::Delivery),
                _ => Err(wrong_method(method, "GET, HEAD")),
            };
        }
        let fitting = operations::ALL
            .iter()
            .filter(|operation| fits(operation, path));
        let same_method = fitting
            .clone()
            .filter(|operation| operation.method == method.as_str());
        // `/v1/files/purge/{requestId}` takes precedence over `/v1/files/{fileId}/details`.
        let parameter = |operation: &&Operation| operation.path.find('{').unwrap_or(usize::MAX);
        if let Some(operation) = same_method.max_by_key(parameter) {
            return Ok(Self::Operation(operation));
        }
        let mut methods: Vec<_> = fitting.map(|operation| operation.method).collect();
        methods.sort_unstable();
        methods.dedup();
        match methods.is_empty() {
            // Not 404, which says that something in the account is missing.
            true => Err(Refusal::new(
                StatusCode::NOT_IMPLEMENTED,
                format!("This server doesn't implement {method} {path}."),
            )),
            false => Err(wrong_method(method, &methods.join(", "))),
        }
    }
}

fn wrong_method(method: &Method, known: &str) -> Refusal {
    let message = format!("This server answers {known} here, not {method}.");
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message).allowing(known)
}

/// Whether a path matches an operation. Ids can't be empty.
fn fits(operation: &Operation, path: &str) -> bool {
    let mut segments = path.split('/');
    operation.path.split('/').all(|part| match segments.next() {
        Some(segment) if part.starts_with('{') => !segment.is_empty(),
        segment => segment == Some(part),
    }) && segments.next().is_none()
}

/// The header with the [sequence number](crate::Request::sequence) of a request.
pub(super) const SEQUENCE: &str = "x-ik-test-sequence";

/// Answers a request for a route.
pub(super) async fn answer(account: &Account, route: Route, head: &Parts, body: Bytes) -> Reply {
    jobs::settle(account);
    let (mut reply, number) = store::numbered(async {
        match route {
            Route::Delivery => {
                delivery::deliver(account, &head.uri).unwrap_or_else(Refusal::into_text)
            }
            Route::Operation(operation) => perform(account, operation, head, body)
                .await
                .unwrap_or_else(Refusal::into_json),
        }
    })
    .await;
    if let Some(number) = number {
        reply.headers_mut().insert(SEQUENCE, number.into());
    }
    reply
}

async fn perform(
    account: &Account,
    operation: &'static Operation,
    head: &Parts,
    body: Bytes,
) -> Result<Reply, Refusal> {
    let version = match operation.id {
        "upload-file" => Some(Version::V1),
        "upload-file-v2" => Some(Version::V2),
        _ => None,
    };
    // An upload may have its credentials in the form.
    if version.is_none() {
        auth::check(&head.headers, &account.private_key)?;
    }
    if let Some(version) = version {
        return upload::upload(account, operation, version, &head.headers, body).await;
    }
    let call = call(account, operation, head, &body)?;
    match operation.id {
        "list-and-search-assets" => assets::list(&call),
        "get-file-details" => details::get(&call),
        "update-file-details" => details::update(&call),
        "delete-file" => details::delete(&call),
        "delete-multiple-files" => details::delete_all(&call),
        "add-tags-bulk" => tags::add(&call),
        "remove-tags-bulk" => tags::remove(&call),
        "remove-ai-tags-bulk" => tags::remove_ai(&call),
        "copy-file" => moves::copy(&call),
        "move-file" => moves::move_file(&call),
        "rename-file" => moves::rename(&call),
        "list-file-versions" => versions::list(&call),
        "get-file-version-details" => versions::get(&call),
        "delete-file-version" => versions::delete(&call),
        "restore-file-version" => versions::restore(&call),
        "create-folder" => folders::create(&call),
        "delete-folder" => folders::delete(&call),
        "copy-folder" => jobs::copy(&call),
        "move-folder" => jobs::move_folder(&call),
        "rename-folder" => jobs::rename(&call),
        "bulk-job-status" => jobs::status(&call),
        "purge-cache" => cache::purge(&call),
        "purge-status" => cache::status(&call),
        "get-uploaded-file-metadata" => metadata::of_file(&call).await,
        "get-metadata-from-url" => metadata::of_url(&call).await,
        "create-new-field" => fields::create(&call),
        "list-all-fields" => fields::list(&call),
        "update-existing-field" => fields::update(&call),
        "delete-a-field" => fields::delete(&call),
        "create-extension" => settings::create_extension(&call),
        "list-extensions" => settings::list(&call, Kind::SavedExtension),
        "get-extension" => settings::get(&call, Kind::SavedExtension),
        "update-extension" => settings::update_extension(&call),
        "delete-extension" => settings::delete(&call, Kind::SavedExtension),
        "create-named-transformation" => settings::create_named_transformation(&call),
        "list-named-transformations" => settings::list(&call, Kind::NamedTransformation),
        "get-named-transformation" => settings::get(&call, Kind::NamedTransformation),
        "update-named-transformation" => settings::update_named_transformation(&call),
        "delete-named-transformation" => settings::delete_named_transformation(&call),
        "create-origin" => settings::create_origin(&call),
        "list-origins" => settings::list(&call, Kind::Origin),
        "get-origin" => settings::get(&call, Kind::Origin),
        "update-origin" => settings::update_origin(&call),
        "delete-origin" => settings::delete(&call, Kind::Origin),
        "create-url-endpoint" => settings::create_url_endpoint(&call),
        "list-url-endpoints" => settings::list(&call, Kind::UrlEndpoint),
        "get-url-endpoint" => settings::get(&call, Kind::UrlEndpoint),
        "update-url-endpoint" => settings::update_url_endpoint(&call),
        "delete-url-endpoint" => settings::delete(&call, Kind::UrlEndpoint),
        "create-webhook" => settings::create_webhook(&call),
        "list-webhooks" => settings::list(&call, Kind::Webhook),
        "get-webhook" => settings::get(&call, Kind::Webhook),
        "update-webhook" => settings::update_webhook(&call),
        "delete-webhook" => settings::delete(&call, Kind::Webhook),
        "get-usage" => usage::usage(&call),
        "get-usage-analytics" => usage::analytics(&call),
        // An operation of a newer document.
        _ => Err(Refusal::new(
            StatusCode::NOT_IMPLEMENTED,
            format!(
                "This server doesn't implement the operation {}.",
                operation.id
            ),
        )),
    }
}

/// Reads a request and checks it against the document.
fn call<'a>(
    account: &'a Account,
    operation: &'static Operation,
    head: &Parts,
    body: &Bytes,
) -> Result<Call<'a>, Refusal> {
    let parts = operation.path.split('/').zip(head.uri.path().split('/'));
    let ids = parts
        .filter(|(part, _)| part.starts_with('{'))
        .map(|(_, segment)| percent::decode(segment))
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| Refusal::bad_request("The path is not UTF-8."))?;
    let pairs = percent::query_pairs(head.uri.query().unwrap_or_default())
        .ok_or_else(|| Refusal::bad_request("The query is not UTF-8."))?;
    let query = validate::query(operation, pairs)?;
    let body = match validate::takes_body(operation) {
        true => json_body(&head.headers, body)?,
        false => Value::Null,
    };
    validate::body(operation, &body)?;
    Ok(Call {
        account,
        ids,
        query,
        body,
    })
}

fn json_body(headers: &HeaderMap, body: &Bytes) -> Result<Value, Refusal> {
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = media_type.map(|value| value.split(';').next().unwrap_or_default().trim());
    if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/json")) {
        return Err(Refusal::bad_request(
            "The Content-Type must be application/json.",
        ));
    }
    serde_json::from_slice(body)
        .map_err(|error| Refusal::bad_request(format!("The body is not JSON: {error}.")))
}
