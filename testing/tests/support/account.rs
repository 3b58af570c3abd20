//! An account of the server in process, asked through HTTP alone.

#![allow(dead_code)]

use std::io;

use imagekitio_testing::{Server, ServerBuilder};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

pub const HELP: &str = "This is the test server of the imagekitio crate, not ImageKit. \
                        The documentation of imagekitio_testing says what it supports.";

/// The key that signatures in the tests were made with, by another implementation of HMAC-SHA1.
pub const PRIVATE_KEY: &str = "private_fixed";

/// A server and a client that knows its key.
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

    pub fn api(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.server.url());
        self.client
            .request(method, url)
            .basic_auth(PRIVATE_KEY, Some(""))
    }

    pub async fn upload(&self, form: Form) -> (StatusCode, Value) {
        let request = self.api(Method::POST, "/api/v1/files/upload");
        read(request.multipart(form)).await
    }

    /// Stores `bytes` under exactly this folder and name and returns the reply.
    pub async fn store(&self, folder: &str, name: &str, bytes: &[u8]) -> Value {
        let (status, reply) = self.upload(exact(folder, name, bytes)).await;
        assert_eq!(status, StatusCode::OK, "{reply}");
        reply
    }
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
