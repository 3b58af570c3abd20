//! Uploads of folders that are interrupted: by the caller, the network, the server, and a full
//! disk. However often, the account is in the end what one undisturbed run would have made of it.

use std::time::Duration;

use futures_util::StreamExt;
use imagekitio::upload::{CancelHandle, FolderEvent, FolderSummary, FolderUpload};
use imagekitio::{ErrorKind, RetryPolicy, UploadSource};
use support::folder_uploads::{Account, Fault, Library, Tree, outcomes, stored, version};
use support::{soon, until};

const UPLOAD: &str = "POST /api/v1/files/upload";
const LIST: &str = "GET /v1/files";

const FILES: [&str; 6] = ["a.txt", "b.txt", "c/d.txt", "c/e.txt", "c/f/g.txt", "h.txt"];

/// Everything that can be said of a file stays with it.
fn upload(account: &Account, tree: &Tree) -> FolderUpload {
    account
        .upload(tree)
        .folder("/archive")
        .each(|upload, file| match file.relative_path().split_once('/') {
            Some((album, _)) => upload.tags([album]),
            None => upload,
        })
}

async fn run(account: &Account, tree: &Tree) -> FolderSummary {
    soon(upload(account, tree)).await.unwrap()
}

/// What undisturbed runs make of a tree, one for each time that its files are changed.
async fn undisturbed(files: &[&str], changes: &[fn(&Tree)]) -> Library {
    let tree = Tree::of(files);
    let account = Account::start().await;
    assert!(run(&account, &tree).await.is_complete());
    for change in changes {
        change(&tree);
        assert!(run(&account, &tree).await.is_complete());
    }
    account.library().await
}

/// Sends what is left; after that nothing is left.
async fn assert_goes_on(account: &Account, tree: &Tree, expected: &Library) {
    account.settled().await;
    let summary = run(account, tree).await;
    assert!(summary.is_complete(), "{summary:?}");
    assert_eq!(&account.library().await, expected);
    account.requests();
    let summary = run(account, tree).await;
    assert_eq!(summary.unchanged().count(), summary.results.len());
    assert_eq!(account.requests(), [""; 0]);
    assert_eq!(&account.library().await, expected);
}

// The caller ends it.

#[tokio::test]
async fn a_run_that_was_dropped_is_gone_on_with() {
    let expected = undisturbed(&FILES, &[]).await;
    for concurrency in [1, 3] {
        for files in 0..FILES.len() {
            let tree = Tree::of(&FILES);
            let account = Account::start().await;
            let upload = upload(&account, &tree).concurrency(concurrency);
            let mut run = soon(upload.start()).await.unwrap();
            let mut finished = 0;
            while finished < files {
                if let FolderEvent::Finished { .. } = soon(run.next()).await.unwrap() {
                    finished += 1;
                }
            }
            drop(run);
            assert_goes_on(&account, &tree, &expected).await;
        }
    }
}

#[tokio::test]
async fn a_run_that_was_dropped_while_files_were_stored_is_gone_on_with() {
    let expected = undisturbed(&FILES, &[]).await;
    let tree = Tree::of(&FILES);
    let account = Account::start().await;
    account.next_uploads(vec![Fault::Hold; FILES.len()]);
    let run = tokio::spawn(upload(&account, &tree).into_future());
    until("four uploads", || account.count() == 4).await;
    run.abort();
    account.release(FILES.len());
    account.settled().await;
    account.next_uploads([]);
    account.requests();
    let summary = soon(upload(&account, &tree)).await.unwrap();
    // What the server has by now is found there.
    assert_eq!(summary.to_string(), "2 uploaded, 4 unchanged, 0 failed");
    let requests = account.requests();
    assert_eq!(
        requests.iter().filter(|request| *request == LIST).count(),
        4
    );
    assert_eq!(
        requests.iter().filter(|request| *request == UPLOAD).count(),
        2
    );
    assert_eq!(account.library().await, expected);
}

#[tokio::test]
async fn a_run_that_was_canceled_reports_each_file_and_is_gone_on_with() {
    let expected = undisturbed(&FILES, &[]).await;
    for files in 0..=FILES.len() {
        let tree = Tree::of(&FILES);
        let account = Account::start().await;
        let cancel = CancelHandle::new();
        let upload = upload(&account, &tree).concurrency(2).cancel_with(&cancel);
        let mut run = soon(upload.start()).await.unwrap();
        let mut summary = FolderSummary::default();
        loop {
            if summary.results.len() == files {
                cancel.cancel();
            }
            match soon(run.next()).await {
                Some(event) => summary.extend([event]),
                None => break,
            }
        }
        let told: Vec<_> = outcomes(&summary).iter().map(|(path, _)| *path).collect();
        assert_eq!(told, FILES);
        assert!(summary.uploaded().count() >= files);
        assert!(
            summary
                .failed()
                .all(|(_, error)| error.kind() == ErrorKind::Canceled)
        );
        assert_eq!(
            summary.is_complete(),
            summary.uploaded().count() == FILES.len()
        );
        assert_goes_on(&account, &tree, &expected).await;
    }
}

#[tokio::test]
async fn cancellation_ends_files_that_are_being_sent() {
    let expected = undisturbed(&FILES, &[]).await;
    let tree = Tree::of(&FILES);
    let account = Account::start().await;
    account.next_uploads(vec![Fault::Hold; FILES.len()]);
    let cancel = CancelHandle::new();
    let run = tokio::spawn(upload(&account, &tree).cancel_with(&cancel).into_future());
    until("four uploads", || account.count() == 4).await;
    cancel.cancel();
    let summary = soon(run).await.unwrap().unwrap();
    assert_eq!(summary.to_string(), "0 uploaded, 0 unchanged, 6 failed");
    let sent = summary
        .failed()
        .filter(|(_, error)| error.may_have_been_sent());
    assert_eq!(sent.count(), 4);
    account.release(FILES.len());
    account.next_uploads([]);
    assert_goes_on(&account, &tree, &expected).await;
}

#[tokio::test]
async fn cancellation_ends_what_is_sent_in_the_place_of_a_file() {
    let tree = Tree::of(&["a.txt"]);
    let account = Account::start().await;
    account.next_uploads([Fault::Hold]);
    let (cancel, ik) = (CancelHandle::new(), account.ik());
    let upload = account.ik().upload_folder(tree.path()).cancel_with(&cancel);
    let upload = upload.each(move |_, _| ik.upload(UploadSource::bytes("a.txt", "another")));
    let run = tokio::spawn(upload.into_future());
    until("an upload", || account.count() == 1).await;
    cancel.cancel();
    let summary = soon(run).await.unwrap().unwrap();
    let (_, error) = summary.failed().next().unwrap();
    assert_eq!(error.kind(), ErrorKind::Canceled);
    account.release(1);
}

#[tokio::test]
async fn cancellation_ends_the_search_for_a_file_that_may_be_stored() {
    let tree = Tree::of(&["a.txt"]);
    let account = Account::start().await;
    account.next_uploads([Fault::LoseReply]);
    assert_eq!(run(&account, &tree).await.failed().count(), 1);
    account.requests();
    account.next_others([Fault::Hold]);
    let cancel = CancelHandle::new();
    let run = tokio::spawn(upload(&account, &tree).cancel_with(&cancel).into_future());
    until("a search", || account.count() == 1).await;
    cancel.cancel();
    let summary = soon(run).await.unwrap().unwrap();
    let (_, error) = summary.failed().next().unwrap();
    assert_eq!(error.kind(), ErrorKind::Canceled);
    account.release(1);
    let expected = undisturbed(&["a.txt"], &[]).await;
    assert_goes_on(&account, &tree, &expected).await;
}

// The network and the server.

fn faults() -> Vec<Fault> {
    vec![
        Fault::Refuse,
        Fault::Cut,
        Fault::LoseReply,
        Fault::Answer("400 Bad Request"),
        Fault::Answer("401 Unauthorized"),
        Fault::Answer("429 Too Many Requests"),
        Fault::Answer("500 Internal Server Error"),
        Fault::Answer("503 Service Unavailable"),
        Fault::AnswerAfter("500 Internal Server Error"),
        Fault::AnswerAfter("504 Gateway Timeout"),
    ]
}

/// Two faults one after the other, each of a kind of its own.
fn pairs() -> impl Iterator<Item = [Fault; 2]> {
    let kinds = [
        Fault::Refuse,
        Fault::Cut,
        Fault::LoseReply,
        Fault::Answer("500 Internal Server Error"),
        Fault::AnswerAfter("504 Gateway Timeout"),
    ];
    let seconds = kinds.clone();
    kinds.into_iter().flat_map(move |first| {
        let seconds = seconds.clone().into_iter();
        seconds.map(move |second| [first.clone(), second])
    })
}

#[tokio::test]
async fn a_file_that_failed_on_its_way_is_stored_once() {
    let files = ["a.txt", "b.txt", "c/d.txt"];
    let expected = undisturbed(&files, &[]).await;
    for fault in faults() {
        let tree = Tree::of(&files);
        let account = Account::start().await;
        account.next_uploads([Fault::Pass, fault]);
        let summary = soon(upload(&account, &tree).concurrency(1)).await.unwrap();
        assert_eq!(
            outcomes(&summary),
            [
                ("a.txt", "uploaded"),
                ("b.txt", "failed"),
                ("c/d.txt", "uploaded")
            ]
        );
        assert_goes_on(&account, &tree, &expected).await;
    }
}

#[tokio::test]
async fn a_new_version_that_failed_on_its_way_is_stored_once() {
    // Neither size nor the time, which is long ago, tells the versions apart.
    let change: fn(&Tree) = |tree| tree.write("b.txt", "B.txt");
    let files = ["a.txt", "b.txt"];
    let expected = undisturbed(&files, &[change]).await;
    for fault in faults() {
        let tree = Tree::of(&files);
        let account = Account::start().await;
        run(&account, &tree).await;
        change(&tree);
        account.next_uploads([fault]);
        let summary = run(&account, &tree).await;
        assert_eq!(
            outcomes(&summary),
            [("a.txt", "unchanged"), ("b.txt", "failed")]
        );
        assert_goes_on(&account, &tree, &expected).await;
    }
}

#[tokio::test]
async fn a_file_that_fails_twice_is_stored_once() {
    let files = ["a.txt"];
    let expected = undisturbed(&files, &[]).await;
    for faults in pairs() {
        let tree = Tree::of(&files);
        let account = Account::start().await;
        for fault in faults {
            account.next_uploads([fault]);
            run(&account, &tree).await;
            account.settled().await;
        }
        account.next_uploads([]);
        assert_goes_on(&account, &tree, &expected).await;
    }
}

#[tokio::test]
async fn the_content_that_a_file_has_in_the_end_is_stored_whatever_failed_before() {
    let change: fn(&Tree) = |tree| tree.write_aged("a.txt", "A.txt", Duration::from_secs(60));
    for [first, second] in pairs() {
        let tree = Tree::of(&["a.txt"]);
        let account = Account::start().await;
        account.next_uploads([first]);
        run(&account, &tree).await;
        account.settled().await;
        change(&tree);
        account.next_uploads([second]);
        run(&account, &tree).await;
        account.settled().await;
        account.next_uploads([]);
        assert!(run(&account, &tree).await.is_complete());
        // How often it was stored depends on what failed.
        let content = &account.library().await["/archive/a.txt"].content;
        assert_eq!(content, b"A.txt");
    }
}

#[tokio::test]
async fn however_often_runs_fail_the_end_is_that_of_one_run() {
    let expected = undisturbed(&FILES, &[]).await;
    let tree = Tree::of(&FILES);
    let account = Account::start().await;
    account.next_uploads(faults().into_iter().cycle().take(3 * FILES.len()));
    let mut runs = 0;
    while !run(&account, &tree).await.is_complete() {
        account.settled().await;
        runs += 1;
        assert!(runs < 30, "no end");
    }
    assert_goes_on(&account, &tree, &expected).await;
}

#[tokio::test]
async fn a_file_that_broke_off_is_not_looked_for() {
    let tree = Tree::of(&["a.txt"]);
    // More than the buffers between client and server hold.
    tree.write("large.bin", vec![1; 24 * 1024 * 1024]);
    let account = Account::start().await;
    account.next_uploads([Fault::Pass, Fault::Cut]);
    let summary = soon(upload(&account, &tree).concurrency(1)).await.unwrap();
    let (file, error) = summary.failed().next().unwrap();
    assert_eq!(file.relative_path(), "large.bin");
    assert_eq!(
        (error.kind(), error.may_have_been_sent()),
        (ErrorKind::Connection, false)
    );
    account.settled().await;
    // Nothing partial is there.
    assert_eq!(
        account.library().await,
        Library::from([stored("/archive/a.txt", "a.txt")])
    );
    account.requests();
    let summary = run(&account, &tree).await;
    assert_eq!(
        outcomes(&summary),
        [("a.txt", "unchanged"), ("large.bin", "uploaded")]
    );
    assert_eq!(account.requests(), [UPLOAD]);
}

#[tokio::test]
async fn retries_are_those_of_the_upload() {
    let tree = Tree::of(&FILES);
    let account = Account::start().await;
    account.next_uploads(vec![Fault::Answer("429 Too Many Requests"); 3]);
    let policy = RetryPolicy::new()
        .base_delay(Duration::from_millis(1))
        .max_retries(3);
    let upload = upload(&account, &tree).each(move |upload, _| upload.retry(policy.clone()));
    assert!(soon(upload).await.unwrap().is_complete());
    assert_eq!(account.requests().len(), FILES.len() + 3);
    assert_eq!(account.library().await, undisturbed(&FILES, &[]).await);
}

/// Loses the reply to the only file: the server has it, and the manifest does not know.
async fn lose_reply(account: &Account, tree: &Tree) {
    account.next_uploads([Fault::LoseReply]);
    let summary = run(account, tree).await;
    let (_, error) = summary.failed().next().unwrap();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(error.may_have_been_sent());
    assert_eq!(account.requests(), [UPLOAD]);
}

#[tokio::test]
async fn a_file_whose_reply_was_lost_is_looked_for_and_not_sent_again() {
    // A name that the server changes, in the root and below.
    for folder in ["/", "/archive/ü"] {
        let tree = Tree::of(&["x y.txt"]);
        let account = Account::start().await;
        lose_reply(&account, &tree).await;
        // Another folder is another place.
        let upload = || upload(&account, &tree).folder(folder);
        account.next_uploads([Fault::LoseReply]);
        assert_eq!(soon(upload()).await.unwrap().failed().count(), 1);
        account.requests();
        let summary = soon(upload()).await.unwrap();
        assert_eq!(outcomes(&summary), [("x y.txt", "unchanged")]);
        assert_eq!(account.requests(), [LIST]);
        assert_eq!(soon(upload()).await.unwrap().unchanged().count(), 1);
        assert_eq!(account.requests(), [""; 0]);
    }
}

#[tokio::test]
async fn a_file_that_is_too_slow_is_found_later() {
    let tree = Tree::of(&["a.txt", "slow.txt"]);
    let account = Account::start().await;
    account.next_uploads([Fault::Pass, Fault::Hold]);
    let limited = upload(&account, &tree).concurrency(1);
    let limited = limited.each(|upload, file| match file.relative_path() {
        "slow.txt" => upload.reply_timeout(Duration::from_millis(50)),
        _ => upload,
    });
    let summary = soon(limited).await.unwrap();
    let (file, error) = summary.failed().next().unwrap();
    assert_eq!(
        (file.relative_path(), error.kind()),
        ("slow.txt", ErrorKind::Timeout)
    );
    account.release(1);
    account.settled().await;
    account.requests();
    let summary = run(&account, &tree).await;
    assert_eq!(summary.unchanged().count(), 2);
    assert_eq!(account.requests(), [LIST]);
}

#[tokio::test]
async fn a_file_that_changes_after_its_reply_was_lost_is_sent_again() {
    type Change = (fn(&Tree), &'static str);
    let changes: [Change; 3] = [
        (
            |tree| tree.write_aged("a.txt", "A.txt", Duration::from_secs(60)),
            "A.txt",
        ),
        (
            |tree| tree.write_aged("a.txt", "A.txt", Duration::from_secs(7200)),
            "A.txt",
        ),
        (
            |tree| tree.write("a.txt", "longer than before"),
            "longer than before",
        ),
    ];
    for (change, content) in changes {
        let tree = Tree::of(&["a.txt"]);
        let account = Account::start().await;
        lose_reply(&account, &tree).await;
        change(&tree);
        assert_eq!(
            outcomes(&run(&account, &tree).await),
            [("a.txt", "uploaded")]
        );
        let expected = Library::from([version("/archive/a.txt", content, 2)]);
        assert_eq!(account.library().await, expected);
        assert_goes_on(&account, &tree, &expected).await;
    }
}

#[tokio::test]
async fn a_file_whose_fields_change_after_its_reply_was_lost_is_sent_again() {
    let tree = Tree::of(&["a.txt"]);
    let account = Account::start().await;
    lose_reply(&account, &tree).await;
    let tagged = upload(&account, &tree).each(|upload, _| upload.tags(["new"]));
    assert_eq!(
        outcomes(&soon(tagged).await.unwrap()),
        [("a.txt", "uploaded")]
    );
    let mut expected = Library::from([version("/archive/a.txt", "a.txt", 2)]);
    expected.get_mut("/archive/a.txt").unwrap().tags = vec!["new".to_owned()];
    assert_eq!(account.library().await, expected);
}

#[tokio::test]
async fn a_young_file_whose_reply_was_lost_is_sent_again() {
    // It may have changed since without another time.
    let tree = Tree::of(&[]);
    tree.write_aged("a.txt", "a.txt", Duration::ZERO);
    let account = Account::start().await;
    lose_reply(&account, &tree).await;
    assert_eq!(
        outcomes(&run(&account, &tree).await),
        [("a.txt", "uploaded")]
    );
    let expected = Library::from([version("/archive/a.txt", "a.txt", 2)]);
    assert_eq!(account.library().await, expected);
}

#[tokio::test]
async fn a_file_that_is_not_the_one_whose_reply_was_lost_is_replaced() {
    let tree = Tree::of(&["a.txt"]);
    let account = Account::start().await;
    lose_reply(&account, &tree).await;
    let other = UploadSource::bytes("a.txt", "of somebody else");
    let other = account.ik().upload(other).folder("/archive");
    other.use_unique_file_name(false).await.unwrap();
    assert_eq!(
        outcomes(&run(&account, &tree).await),
        [("a.txt", "uploaded")]
    );
    let expected = Library::from([version("/archive/a.txt", "a.txt", 3)]);
    assert_eq!(account.library().await, expected);
}

// The disk.

#[cfg(unix)]
mod full_disk {
    use std::env;
    use std::path::PathBuf;
    use std::process::Stdio;

    use imagekitio::ImageKit;
    use tokio::process::{Child, Command};

    use super::*;

    const FILES: usize = 24;
    /// Room for some of the records of the files, not for all: in blocks of 1024 bytes, as bash
    /// counts.
    const BLOCKS: usize = 6;
    /// The test that is a child where the environment says so.
    const CHILD: &str = "a_run_goes_on_when_the_disk_is_full_and_reports_it";

    /// Say what a process that runs `CHILD` uploads, and where to.
    const FOLDER: &str = "IMAGEKITIO_TEST_FOLDER";
    const MANIFEST: &str = "IMAGEKITIO_TEST_MANIFEST";
    const URL: &str = "IMAGEKITIO_TEST_URL";
    const KEY: &str = "IMAGEKITIO_TEST_KEY";

    /// What the first test does in a process of its own: uploads the folder that the environment
    /// tells.
    async fn child() {
        let told = |name: &str| env::var(name).unwrap();
        let ik = ImageKit::builder()
            .private_key(told(KEY))
            .base_url(told(URL))
            .retry(RetryPolicy::none())
            .build()
            .unwrap();
        let upload = ik
            .upload_folder(PathBuf::from(told(FOLDER)))
            .folder("/archive")
            .concurrency(1)
            .manifest(told(MANIFEST));
        let summary = soon(upload).await.unwrap();
        println!("summary: {summary}.");
        let error = summary.manifest_error;
        assert!(error.is_none_or(|error| error.kind() == ErrorKind::Io));
    }

    fn names() -> Vec<String> {
        (0..FILES)
            .map(|number| format!("{number:02}.txt"))
            .collect()
    }

    /// A run in another process, for which files can't become larger.
    fn start(account: &Account, tree: &Tree) -> Child {
        let child = support::test_name(module_path!(), CHILD);
        let script =
            format!("trap '' XFSZ; ulimit -S -f {BLOCKS}; exec \"$0\" --exact {child} --nocapture");
        Command::new("bash")
            .args(["-c", &script])
            .arg(env::current_exe().unwrap())
            .env(KEY, account.server.private_key())
            .env(URL, account.url())
            .env(FOLDER, tree.path())
            .env(MANIFEST, tree.manifest())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }

    /// What the run says in the end.
    async fn end(child: Child) -> String {
        let output = soon(child.wait_with_output()).await.unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    #[tokio::test]
    async fn a_run_goes_on_when_the_disk_is_full_and_reports_it() {
        if env::var_os(FOLDER).is_some() {
            return child().await;
        }
        let names = names();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let tree = Tree::of(&names);
        let account = Account::start().await;
        let text = end(start(&account, &tree)).await;
        let summary = format!(
            "summary: {FILES} uploaded, 0 unchanged, 0 failed; the manifest {} cannot be written: ",
            tree.manifest().display()
        );
        assert!(text.contains(&summary), "{text}");
        assert_eq!(account.requests(), vec![UPLOAD; FILES]);

        // Whole lines tell what the next run knows of.
        let manifest = tree.manifest_text();
        assert_eq!(manifest.len(), BLOCKS * 1024);
        let whole = &manifest[..=manifest.rfind('\n').unwrap()];
        let known = names.iter().filter(|name| whole.contains(*name)).count();
        assert!((1..FILES).contains(&known), "{manifest}");
        let upload = || account.upload(&tree).folder("/archive");
        let summary = soon(upload()).await.unwrap();
        assert!(summary.is_complete(), "{summary:?}");
        assert_eq!(summary.unchanged().count(), known);
        let expected: Library = (names.iter().enumerate())
            .map(|(number, name)| {
                let version_number = if number < known { 1 } else { 2 };
                version(&format!("/archive/{name}"), name, version_number)
            })
            .collect();
        assert_eq!(account.library().await, expected);
        account.requests();
        assert_eq!(soon(upload()).await.unwrap().unchanged().count(), FILES);
        assert_eq!(account.requests(), [""; 0]);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_could_not_be_written_is_written_when_there_is_room_again() {
        let names = names();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let tree = Tree::of(&names);
        let account = Account::start().await;
        let mut faults = vec![Fault::Pass; FILES - 2];
        faults.push(Fault::Hold);
        account.next_uploads(faults);
        let child = start(&account, &tree);
        until("an upload that is held", || account.count() == FILES - 1).await;
        assert_eq!(tree.manifest_text().len(), BLOCKS * 1024);
        let room = Command::new("prlimit")
            .args(["--fsize=unlimited:", "--pid"])
            .arg(child.id().unwrap().to_string())
            .status();
        assert!(soon(room).await.unwrap().success());
        account.release(1);
        let text = end(child).await;
        let summary = format!("summary: {FILES} uploaded, 0 unchanged, 0 failed.");
        assert!(text.contains(&summary), "{text}");
        account.requests();
        let summary = soon(account.upload(&tree).folder("/archive"));
        let summary = summary.await.unwrap();
        assert_eq!(summary.unchanged().count(), FILES);
        assert_eq!(account.requests(), [""; 0]);
    }
}
