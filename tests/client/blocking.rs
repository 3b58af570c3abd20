//! Requests without a runtime in the caller's code.

use imagekitio::types::Asset;
use imagekitio::{Error, ErrorKind, ImageKit, UploadSource};
use serde_json::json;
use support::uploads::on_a_runtime;
use support::{FILE, Script, Scripted, Step, but, json as reply};

#[test]
fn requests_run_to_their_end() {
    let (_runtime, _server, ik) = on_a_runtime();
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
    let (_runtime, _server, ik) = on_a_runtime();
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
    let (_runtime, _server, ik) = on_a_runtime();
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
    let (_runtime, _server, ik) = on_a_runtime();
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

fn page(ids: std::ops::Range<usize>) -> Step {
    let files: Vec<String> = ids
        .map(|id| but(FILE, json!({"fileId": id.to_string()})))
        .collect();
    Step::Reply(reply("200 OK", &format!("[{}]", files.join(","))))
}

/// A server that follows a script, on a runtime that stays with the caller.
fn scripted(steps: impl Into<Script>) -> (tokio::runtime::Runtime, Scripted, ImageKit) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let server = runtime.block_on(Scripted::start(steps));
    let ik = support::calls::client(&server);
    (runtime, server, ik)
}

#[test]
fn an_iterator_gives_all_pages_until_one_is_empty() {
    let (_runtime, server, ik) = scripted([page(0..2), page(2..3), page(3..5), page(0..0)]);
    let mut files = ik.assets().list_files().limit(2).iter_blocking();
    assert_eq!(server.requests().len(), 0);
    // The next page is requested when the last one is used up.
    for (id, requests) in [(0, 1), (1, 1), (2, 2), (3, 3), (4, 3)] {
        assert_eq!(files.next().unwrap().unwrap().file_id, id.to_string());
        assert_eq!(server.requests().len(), requests);
    }
    for _ in 0..3 {
        assert!(files.next().is_none());
        assert_eq!(server.requests().len(), 4);
    }
    let lines: Vec<_> = server.requests().into_iter().map(|r| r.line).collect();
    assert_eq!(
        lines,
        [
            "GET /v1/files?limit=2&type=file",
            "GET /v1/files?limit=2&skip=2&type=file",
            "GET /v1/files?limit=2&skip=3&type=file",
            "GET /v1/files?limit=2&skip=5&type=file",
        ]
    );

    // A list of all kinds, collected at once.
    let (_runtime, server, ik) = scripted([page(0..3)]);
    let assets: Result<Vec<Asset>, Error> = ik.assets().list().limit(4).iter_blocking().collect();
    assert_eq!((assets.unwrap().len(), server.requests().len()), (3, 2));
    let (_runtime, server, ik) = scripted([page(0..0)]);
    assert_eq!(ik.assets().list_files().iter_blocking().count(), 0);
    assert_eq!(server.request().line, "GET /v1/files?limit=1000&type=file");
}

#[test]
fn an_iterator_ends_after_an_error() {
    let refused = Step::Reply(reply("400 Bad Request", r#"{"message":"No."}"#));
    let (_runtime, server, ik) = scripted([page(0..1), refused, page(1..2)]);
    let files: Vec<_> = ik.assets().list_files().limit(1).iter_blocking().collect();
    assert_eq!(files.len(), 2);
    assert_eq!(files[1].as_ref().unwrap_err().kind(), ErrorKind::BadRequest);
    assert_eq!(server.requests().len(), 2);
    // The same page again.
    let (_runtime, _server, ik) = scripted([page(0..1)]);
    let files: Vec<_> = ik.assets().list_files().limit(1).iter_blocking().collect();
    assert_eq!(files.len(), 2);
    assert_eq!(files[1].as_ref().unwrap_err().kind(), ErrorKind::Decode);
    let mut none = ik.assets().list().limit(0).iter_blocking();
    assert_eq!(none.next().unwrap().unwrap_err().argument(), Some("limit"));
    assert!(none.next().is_none());
}

#[test]
fn an_iterator_blocks_where_a_request_may() {
    let (_runtime, server, ik) = scripted([page(0..1), page(0..0)]);
    let count = |ik: &ImageKit| ik.assets().list().iter_blocking().count();
    for runtime in runtimes() {
        // Inside a task, it ends with what to do instead.
        let list = ik.assets().list();
        let task = runtime.spawn(async { list.iter_blocking().collect::<Vec<_>>() });
        let items = runtime.block_on(task).unwrap();
        let [Err(error)] = &items[..] else {
            panic!("{items:?}");
        };
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(
            error.to_string(),
            "iter_blocking: was called inside an async task, whose thread must not be blocked; use `stream` instead, or call it inside `tokio::task::spawn_blocking`"
        );
    }
    assert_eq!(server.requests().len(), 0);
    assert_eq!(count(&ik), 1);
    for runtime in runtimes() {
        let ik = ik.clone();
        let task = runtime.spawn_blocking(move || count(&ik));
        assert_eq!(runtime.block_on(task).unwrap(), 0);
    }
    let [_, multi_thread] = runtimes();
    let inside = multi_thread.block_on(async { tokio::task::block_in_place(|| count(&ik)) });
    assert_eq!(inside, 0);
}

/// A callback runs on the thread that waits for the upload. Its own requests don't take the
/// wake-ups of the upload.
#[test]
fn a_callback_may_send_as_well() {
    let (_runtime, _server, ik) = on_a_runtime();
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
