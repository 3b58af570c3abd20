//! What tests of uploads have in common: clients, sources and parts of forms.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use imagekitio::{ImageKit, RetryPolicy, UploadSource};
use imagekitio_testing::Server;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::{Part, Scripted};

pub const KEY: &str = "private_key_test";
pub const MIB: usize = 1024 * 1024;
/// More than the buffers between client and server hold.
pub const LARGE: usize = 24 * MIB;

impl Scripted {
    /// A client that repeats what may be repeated, at once.
    pub fn client(&self) -> ImageKit {
        client(&self.url, quick())
    }

    /// A client of somebody who has no key.
    pub fn keyless(&self) -> ImageKit {
        ImageKit::builder()
            .base_url(&self.url)
            .retry(quick())
            .build()
            .unwrap()
    }
}

pub fn client(url: &str, policy: RetryPolicy) -> ImageKit {
    ImageKit::builder()
        .private_key(KEY)
        .base_url(url)
        .retry(policy)
        .build()
        .unwrap()
}

/// The server in process, which names and delivers what it stores, and a client of it.
pub async fn in_process() -> (Server, ImageKit) {
    let server = Server::start().await.unwrap();
    let ik = ImageKit::builder()
        .private_key(server.private_key())
        .public_key(server.public_key())
        .url_endpoint(server.url_endpoint())
        .base_url(server.url())
        .build()
        .unwrap();
    (server, ik)
}

/// The same on a runtime, which stays with the caller.
pub fn on_a_runtime() -> (Runtime, Server, ImageKit) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let (server, ik) = runtime.block_on(in_process());
    (runtime, server, ik)
}

pub fn quick() -> RetryPolicy {
    RetryPolicy::new().base_delay(Duration::from_millis(1))
}

pub fn text(value: impl Into<String>) -> Part {
    Part {
        file_name: None,
        content_type: None,
        bytes: value.into().into(),
    }
}

pub fn file(name: &str, content_type: &str, bytes: impl Into<Bytes>) -> Part {
    Part {
        file_name: Some(name.to_owned()),
        content_type: Some(content_type.to_owned()),
        bytes: bytes.into(),
    }
}

pub fn hello() -> UploadSource {
    UploadSource::bytes("a.txt", "hello")
}

pub fn parts<const N: usize>(parts: [(&str, Part); N]) -> BTreeMap<String, Part> {
    parts
        .into_iter()
        .map(|(name, part)| (name.to_owned(), part))
        .collect()
}

/// A source of this length that gives what it is fed.
pub fn fed(name: &str, length: u64) -> (UnboundedSender<&'static str>, UploadSource) {
    let (sender, receiver) = unbounded_channel();
    let pieces = stream::unfold(receiver, |mut receiver| async {
        let piece: &str = receiver.recv().await?;
        Some((Ok(Bytes::from(piece)), receiver))
    });
    (sender, UploadSource::stream(name, length, pieces))
}

/// Bytes that differ from place to place.
pub fn content(length: usize) -> Bytes {
    (0..length)
        .map(|i| (i / 251 + i % 251) as u8)
        .collect::<Vec<_>>()
        .into()
}
