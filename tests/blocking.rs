//! Requests without a runtime in the caller's code.
#![cfg(feature = "blocking")]

use imagekitio::testing::Server;
use imagekitio::{Blocking, ErrorKind, ImageKit, UploadSource};

/// A server on a runtime of its own, which stays with the caller.
fn server() -> (tokio::runtime::Runtime, Server, ImageKit) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let server = runtime.block_on(Server::start()).unwrap();
    let ik = ImageKit::builder()
        .private_key(server.private_key())
        .base_url(server.url())
        .build()
        .unwrap();
    (runtime, server, ik)
}

#[test]
fn requests_run_to_their_end() {
    let (_runtime, _server, ik) = server();
    let file = ik
        .upload(UploadSource::bytes("a.txt", "hello"))
        .send_blocking()
        .unwrap()
        .into_file()
        .unwrap();
    let id = file.file_id.unwrap();
    assert_eq!(ik.assets().list().send_blocking().unwrap().len(), 1);
    let details = ik.files().get(&id).send_blocking().unwrap();
    assert_eq!(details.size.unwrap(), 5);
    ik.files().delete(&id).send_blocking().unwrap();
    let error = ik.files().get(&id).send_blocking().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn threads_may_send_at_a_time() {
    let (_runtime, _server, ik) = server();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| ik.assets().list().send_blocking().unwrap());
        }
    });
}

#[test]
fn inside_a_runtime_the_error_says_what_to_do() {
    let (runtime, _server, ik) = server();
    let error = runtime
        .block_on(async { ik.assets().list().send_blocking() })
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "send_blocking: was called inside an async task, whose thread must not be blocked; use `.await` instead, or call it inside `tokio::task::spawn_blocking`"
    );
}
