//! An account of the in-process server, over plain HTTP.

use std::io;

use imagekitio_testing::{Server, ServerBuilder};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

pub const HELP: &str = "This is the test server of the imagekitio crate, not ImageKit. \
                        The documentation of imagekitio_testing says what it supports.";

/// The key of the signatures in the tests. Another implementation of HMAC-SHA1 made them.
pub const PRIVATE_KEY: &str = "private_fixed";

/// A server, and a client with its key.
pub struct Account {
    pub server: Server,
    pub client: Client,
}

impl Account {
    pub async fn on(builder: ServerBuilder) -> io::Result<Self> {
        Ok(Self {
            server: builder.private_key(PRIVATE_KEY).start().await?,
            client: Client::new(),
        })
    }

    pub async fn start() -> Self {
        Self::on(Server::builder()).await.unwrap()
    }

    pub fn api(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.server.url());
        self.client
            .request(method, url)
            .basic_auth(PRIVATE_KEY, Some(""))
    }

    /// Status and body of a reply. An empty body is null.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        answer(self.api(Method::GET, path)).await
    }

    pub async fn delete_at(&self, path: &str) -> (u16, Value) {
        answer(self.api(Method::DELETE, path)).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        answer(self.api(method, path).json(&body)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::POST, path, body).await
    }

    pub async fn upload(&self, form: Form) -> (StatusCode, Value) {
        let request = self.api(Method::POST, "/api/v1/files/upload");
        read(request.multipart(form)).await
    }

    /// Stores `bytes` under exactly this folder and name. Returns the reply.
    pub async fn store(&self, folder: &str, name: &str, bytes: &[u8]) -> Value {
        let (status, reply) = self.upload(exact(folder, name, bytes)).await;
        assert_eq!(status, StatusCode::OK, "{reply}");
        reply
    }

    /// Defines a custom metadata field and returns its id.
    pub async fn define(&self, name: &str, schema: Value) -> String {
        let body = json!({ "name": name, "label": name, "schema": schema });
        let (status, field) = self.post("/v1/customMetadataFields", body).await;
        assert_eq!(status, 201, "{field}");
        field["id"].as_str().unwrap().to_owned()
    }

    /// The paths of the files and folders that a list has.
    pub async fn paths(&self, query: &str) -> Vec<String> {
        let (status, list) = self.get(&format!("/v1/files?{query}")).await;
        assert_eq!(status, 200, "{query}: {list}");
        let path = |asset: &Value| {
            let path = asset.get("filePath").or(asset.get("folderPath")).unwrap();
            path.as_str().unwrap().to_owned()
        };
        list.as_array().unwrap().iter().map(path).collect()
    }
}

/// Status and body of a reply. An empty body is null.
pub async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let body = response.text().await.unwrap();
    let body = match body.as_str() {
        "" => Value::Null,
        body => serde_json::from_str(body).unwrap_or_else(|_| panic!("{body}")),
    };
    (status, body)
}

pub fn file(bytes: &[u8]) -> Form {
    Form::new().part("file", Part::bytes(bytes.to_vec()).file_name("ignored"))
}

pub fn exact(folder: &str, name: &str, bytes: &[u8]) -> Form {
    file(bytes)
        .text("fileName", name.to_owned())
        .text("folder", folder.to_owned())
        .text("useUniqueFileName", "false")
}

pub async fn read(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

pub fn refusal(message: &str) -> Value {
    json!({ "message": message, "help": HELP })
}

/// A refusal with more properties than message and help.
pub fn refusal_with(message: &str, more: Value) -> Value {
    let mut body = refusal(message);
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

pub fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap()
}
