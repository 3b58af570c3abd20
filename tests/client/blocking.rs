//! Requests without a runtime in the caller's code.

use imagekitio::{ErrorKind, ImageKit, UploadSource};
use imagekitio_testing::Server;

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
    let id = file.file_id;
    assert_eq!(ik.assets().list().send_blocking().unwrap().len(), 1);
    let details = ik.files().get(&id).send_blocking().unwrap();
    assert_eq!(details.size, 5);
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

type Runtimes = [tokio::runtime::Runtime; 2];

fn runtimes() -> Runtimes {
    use tokio::runtime::Builder;
    [
        Builder::new_current_thread().enable_all().build().unwrap(),
        Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap(),
    ]
}

fn assert_refused<T: std::fmt::Debug>(result: Result<T, imagekitio::Error>) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        "send_blocking: was called inside an async task, whose thread must not be blocked; use `.await` instead, or call it inside `tokio::task::spawn_blocking`"
    );
}

#[test]
fn inside_a_task_the_error_says_what_to_do() {
    let (_runtime, _server, ik) = server();
    for runtime in runtimes() {
        assert_refused(runtime.block_on(async { ik.assets().list().send_blocking() }));
        let request = ik.assets().list();
        let task = runtime.spawn(async { request.send_blocking() });
        assert_refused(runtime.block_on(task).unwrap());
        let local = tokio::task::LocalSet::new();
        let request = ik.files().delete("f1");
        let task = local.spawn_local(async { request.send_blocking() });
        assert_refused(runtime.block_on(local.run_until(task)).unwrap());
        // The task goes on after it.
        let after = runtime.block_on(async {
            let _ = ik.assets().list().send_blocking();
            ik.assets().list().await
        });
        assert_eq!(after.unwrap().len(), 0);
    }
}

#[test]
fn where_a_runtime_lets_threads_block_it_works() {
    let (_runtime, _server, ik) = server();
    for runtime in runtimes() {
        for _ in 0..3 {
            let request = ik.assets().list();
            let task = runtime.spawn_blocking(|| request.send_blocking());
            assert_eq!(runtime.block_on(task).unwrap().unwrap().len(), 0);
        }
        // In the context of a runtime, but not in one of its tasks.
        let _context = runtime.enter();
        assert_eq!(ik.assets().list().send_blocking().unwrap().len(), 0);
    }
    let [_, multi_thread] = runtimes();
    let block = |ik: &ImageKit| {
        let request = ik.assets().list();
        tokio::task::block_in_place(|| request.send_blocking())
    };
    assert_eq!(
        multi_thread.block_on(async { block(&ik) }).unwrap().len(),
        0
    );
    let task = multi_thread.spawn({
        let ik = ik.clone();
        async move { block(&ik) }
    });
    assert_eq!(multi_thread.block_on(task).unwrap().unwrap().len(), 0);
    // A task without a budget cannot be told apart. It blocks, but neither panics nor hangs.
    let unlimited = tokio::task::unconstrained(async { ik.assets().list().send_blocking() });
    assert_eq!(multi_thread.block_on(unlimited).unwrap().len(), 0);
}

/// A callback runs on the thread that waits for the upload. Its own requests don't take the
/// wake-ups of the upload.
#[test]
fn a_callback_may_send_as_well() {
    let (_runtime, _server, ik) = server();
    let other = ik.clone();
    let sent = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = sent.clone();
    let upload = ik
        .upload(UploadSource::bytes("a.txt", "hello".repeat(100_000)))
        .on_progress(move |_| {
            // On a thread of the connection it is refused.
            let _ = other.assets().list().send_blocking();
            count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        });
    upload.send_blocking().unwrap();
    assert!(sent.load(std::sync::atomic::Ordering::SeqCst) > 0);
}
