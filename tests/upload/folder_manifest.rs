//! Manifests of uploads of folders: what another run leaves out and what it sends again, and
//! manifests that can't be used.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use futures_util::StreamExt;
use imagekitio::upload::{FolderEvent, FolderSummary};
use imagekitio::{ErrorKind, ImageKit};
use support::folder_uploads::{
    Account, Library, Tree, display, failures, outcomes, stored, version,
};
use support::soon;

const HOUR: Duration = Duration::from_secs(3600);

async fn run(account: &Account, tree: &Tree) -> FolderSummary {
    soon(account.upload(tree)).await.unwrap()
}

/// Files that were uploaded once, and their account, of which no request is counted yet.
async fn stored_once(files: &[&str]) -> (Tree, Account) {
    let tree = Tree::of(files);
    let account = Account::start().await;
    assert!(run(&account, &tree).await.is_complete());
    account.requests();
    (tree, account)
}

/// Nothing is sent, and the manifest stays as it is.
async fn assert_refused(account: &Account, ik: &ImageKit, tree: &Tree, why: &str) {
    let text = tree.manifest_text();
    let error = soon(ik.upload_folder(tree.path()).manifest(tree.manifest()))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.argument()),
        (ErrorKind::InvalidInput, Some("manifest"))
    );
    let manifest = display(&tree.manifest());
    assert_eq!(error.to_string(), format!("manifest: {manifest} {why}"));
    assert_eq!(account.requests(), [""; 0]);
    assert_eq!(tree.manifest_text(), text);
}

// What another run sends.

#[tokio::test]
async fn a_second_run_sends_nothing() {
    let tree = Tree::of(&["a.txt", "x/ü y.txt"]);
    let account = Account::start().await;
    assert!(run(&account, &tree).await.is_complete());
    assert_eq!(account.requests().len(), 2);
    for _ in 0..2 {
        let summary = run(&account, &tree).await;
        assert_eq!(
            outcomes(&summary),
            [("a.txt", "unchanged"), ("x/ü y.txt", "unchanged")]
        );
        assert!(summary.is_complete());
        let mut files: Vec<_> = summary.unchanged().map(|file| file.destination()).collect();
        files.sort_unstable();
        assert_eq!(files, ["/a.txt", "/x/ü y.txt"]);
    }
    assert_eq!(account.requests(), [""; 0]);
    let expected = Library::from([stored("/a.txt", "a.txt"), stored("/x/__y.txt", "x/ü y.txt")]);
    assert_eq!(account.library().await, expected);
}

#[tokio::test]
async fn a_file_that_was_written_just_now_is_not_sent_again_either() {
    let tree = Tree::of(&[]);
    tree.write_aged("a.txt", "a.txt", Duration::ZERO);
    let account = Account::start().await;
    run(&account, &tree).await;
    account.requests();
    assert_eq!(
        outcomes(&run(&account, &tree).await),
        [("a.txt", "unchanged")]
    );
    assert_eq!(account.requests(), [""; 0]);
}

#[tokio::test]
async fn a_changed_file_is_sent_again_and_the_others_are_not() {
    for (content, age) in [
        // Of the same size, changed before, after, and just now.
        ("A.txt", 2 * HOUR),
        ("A.txt", HOUR / 2),
        ("A.txt", Duration::ZERO),
        ("longer than before", HOUR),
        ("a", HOUR),
    ] {
        let (tree, account) = stored_once(&["a.txt", "b.txt"]).await;
        tree.write_aged("a.txt", content, age);
        let summary = run(&account, &tree).await;
        assert_eq!(
            outcomes(&summary),
            [("a.txt", "uploaded"), ("b.txt", "unchanged")]
        );
        assert_eq!(account.requests(), ["POST /api/v1/files/upload"]);
        let expected = Library::from([version("/a.txt", content, 2), stored("/b.txt", "b.txt")]);
        assert_eq!(account.library().await, expected);
        assert_eq!(run(&account, &tree).await.unchanged().count(), 2);
        assert_eq!(account.library().await, expected);
    }
}

#[tokio::test]
async fn another_size_with_the_same_time_is_a_change() {
    let (tree, account) = stored_once(&["a.txt"]).await;
    let modified = tree.modified("a.txt");
    tree.write("a.txt", "longer than before");
    tree.set_modified("a.txt", modified);
    assert_eq!(
        outcomes(&run(&account, &tree).await),
        [("a.txt", "uploaded")]
    );
}

#[tokio::test]
async fn a_young_file_that_changes_without_another_time_is_sent_again() {
    let tree = Tree::of(&["a.txt"]);
    // Some file systems have steps of two seconds: the next change may get the same time.
    let modified = SystemTime::now();
    tree.set_modified("a.txt", modified);
    let account = Account::start().await;
    run(&account, &tree).await;
    tree.write("a.txt", "A.txt");
    tree.set_modified("a.txt", modified);
    assert_eq!(
        outcomes(&run(&account, &tree).await),
        [("a.txt", "uploaded")]
    );
    let expected = Library::from([version("/a.txt", "A.txt", 2)]);
    assert_eq!(account.library().await, expected);
}

#[tokio::test]
async fn a_file_that_got_another_time_only_is_not_sent() {
    let (tree, account) = stored_once(&["a.txt", "b.txt"]).await;
    for age in [HOUR / 2, 2 * HOUR, Duration::ZERO] {
        tree.set_modified("a.txt", SystemTime::now() - age);
        assert_eq!(run(&account, &tree).await.unchanged().count(), 2);
    }
    assert_eq!(account.requests(), [""; 0]);
    // The file is still watched.
    tree.write("a.txt", "A.txt");
    assert_eq!(run(&account, &tree).await.uploaded().count(), 1);
}

#[tokio::test]
async fn a_file_whose_fields_change_is_sent_again() {
    let tree = Tree::of(&["a.txt", "b.txt"]);
    let account = Account::start().await;
    let tagged = |tag: &'static str| {
        account
            .upload(&tree)
            .each(move |upload, file| match file.relative_path() {
                "a.txt" => upload.tags([tag]),
                _ => upload,
            })
    };
    for (tag, a) in [
        ("red", "uploaded"),
        ("red", "unchanged"),
        ("blue", "uploaded"),
        ("blue", "unchanged"),
    ] {
        let summary = soon(tagged(tag)).await.unwrap();
        assert_eq!(outcomes(&summary)[0], ("a.txt", a), "{tag}");
    }
    let mut expected = Library::from([version("/a.txt", "a.txt", 2), stored("/b.txt", "b.txt")]);
    expected.get_mut("/a.txt").unwrap().tags = vec!["blue".to_owned()];
    assert_eq!(account.library().await, expected);
}

#[tokio::test]
async fn every_field_counts() {
    let tree = Tree::of(&["a.txt"]);
    let account = Account::start().await;
    let plain = || account.upload(&tree);
    let uploads = [
        plain().each(|upload, _| upload.description("a")),
        plain().each(|upload, _| upload.is_private_file(true)),
        plain().each(|upload, _| upload.content_type("text/html")),
        plain().each(|upload, _| upload.tags(["a", "b"])),
        plain().each(|upload, _| upload.tags(["a"]).description("a")),
        plain(),
    ];
    for upload in uploads {
        let summary = soon(upload).await.unwrap();
        assert_eq!(outcomes(&summary), [("a.txt", "uploaded")]);
    }
    // How it is sent does not.
    account.requests();
    let upload = plain().each(|upload, _| upload.stall_timeout(HOUR).header("x-a", "b"));
    assert_eq!(
        outcomes(&soon(upload).await.unwrap()),
        [("a.txt", "unchanged")]
    );
    assert_eq!(account.requests(), [""; 0]);
}

#[tokio::test]
async fn a_file_with_another_destination_is_sent_there() {
    let (tree, account) = stored_once(&["a.txt", "b.txt"]).await;
    let elsewhere = || {
        account
            .upload(&tree)
            .destination(|file| match file.relative_path() {
                "a.txt" => "x/a.txt".to_owned(),
                path => path.to_owned(),
            })
    };
    assert_eq!(
        outcomes(&soon(elsewhere()).await.unwrap()),
        [("a.txt", "uploaded"), ("b.txt", "unchanged")]
    );
    assert_eq!(soon(elsewhere()).await.unwrap().unchanged().count(), 2);
    assert_eq!(
        soon(elsewhere().folder("/y"))
            .await
            .unwrap()
            .uploaded()
            .count(),
        2
    );
    let expected = Library::from([
        stored("/a.txt", "a.txt"),
        stored("/b.txt", "b.txt"),
        stored("/x/a.txt", "a.txt"),
        stored("/y/b.txt", "b.txt"),
        stored("/y/x/a.txt", "a.txt"),
    ]);
    assert_eq!(account.library().await, expected);
}

#[tokio::test]
async fn a_renamed_file_is_sent_and_a_removed_one_stays_where_it_is() {
    let (tree, account) = stored_once(&["a.txt", "b.txt", "c.txt"]).await;
    fs::rename(tree.file("a.txt"), tree.file("z.txt")).unwrap();
    tree.remove("b.txt");
    assert_eq!(
        outcomes(&run(&account, &tree).await),
        [("c.txt", "unchanged"), ("z.txt", "uploaded")]
    );
    // What comes back was not forgotten.
    fs::rename(tree.file("z.txt"), tree.file("a.txt")).unwrap();
    tree.write("b.txt", "b.txt");
    assert_eq!(run(&account, &tree).await.unchanged().count(), 3);
    let expected = Library::from([
        stored("/a.txt", "a.txt"),
        stored("/b.txt", "b.txt"),
        stored("/c.txt", "c.txt"),
        stored("/z.txt", "a.txt"),
    ]);
    assert_eq!(account.library().await, expected);
}

#[tokio::test]
async fn a_file_that_was_swapped_with_another_is_sent() {
    let (tree, account) = stored_once(&["a.txt", "b.txt"]).await;
    tree.write("a.txt", "b.txt");
    tree.write_aged("b.txt", "a.txt", 2 * HOUR);
    assert_eq!(run(&account, &tree).await.uploaded().count(), 2);
    let expected = Library::from([version("/a.txt", "b.txt", 2), version("/b.txt", "a.txt", 2)]);
    assert_eq!(account.library().await, expected);
}

#[tokio::test]
async fn a_file_without_its_lines_is_sent_again() {
    let (tree, account) = stored_once(&["a.txt", "b.txt"]).await;
    let text = tree.manifest_text();
    let lines = text
        .split_inclusive('\n')
        .filter(|line| !line.contains("a.txt"));
    fs::write(tree.manifest(), lines.collect::<String>()).unwrap();
    assert_eq!(
        outcomes(&run(&account, &tree).await),
        [("a.txt", "uploaded"), ("b.txt", "unchanged")]
    );
    fs::remove_file(tree.manifest()).unwrap();
    assert_eq!(run(&account, &tree).await.uploaded().count(), 2);
}

#[tokio::test]
async fn files_that_failed_are_sent_by_the_next_run() {
    let tree = Tree::of(&["a.txt"]);
    tree.write("b.txt", "");
    let account = Account::start().await;
    let summary = run(&account, &tree).await;
    assert_eq!(
        failures(&summary),
        [(
            "b.txt",
            format!(
                "file: {} is empty; give a file with at least one byte",
                display(&tree.file("b.txt"))
            )
        )]
    );
    tree.write("b.txt", "b.txt");
    account.requests();
    assert_eq!(
        outcomes(&run(&account, &tree).await),
        [("a.txt", "unchanged"), ("b.txt", "uploaded")]
    );
    assert_eq!(account.requests(), ["POST /api/v1/files/upload"]);
}

#[tokio::test]
async fn manifests_stay_small() {
    let (tree, account) = stored_once(&["a.txt", "b.txt"]).await;
    run(&account, &tree).await;
    let text = tree.manifest_text();
    assert_eq!(text.lines().count(), 3, "{text}");
    for _ in 0..3 {
        run(&account, &tree).await;
        assert_eq!(tree.manifest_text(), text);
    }
    let names: Vec<_> = fs::read_dir(tree.manifest().parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 2, "a draft is left: {names:?}");
}

#[tokio::test]
async fn a_manifest_holds_no_keys() {
    let (tree, account) = stored_once(&["a.txt"]).await;
    let text = tree.manifest_text();
    let key = account.server.private_key();
    let end = key.trim_start_matches("private_test_");
    for secret in [key, end, "Basic", account.server.public_key()] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_to_a_manifest_stays_one() {
    let (tree, account) = stored_once(&["a.txt"]).await;
    let link = tree.path().join("link");
    std::os::unix::fs::symlink(tree.manifest(), &link).unwrap();
    tree.write_aged("b.txt", "b.txt", HOUR);
    let upload = account.ik().upload_folder(tree.path()).manifest(&link);
    assert_eq!(
        outcomes(&soon(upload).await.unwrap()),
        [("a.txt", "unchanged"), ("b.txt", "uploaded")]
    );
    assert!(link.is_symlink());
    fs::remove_file(link).unwrap();
    account.requests();
    run(&account, &tree).await;
    assert_eq!(account.requests(), [""; 0]);
}

#[tokio::test]
async fn an_empty_manifest_is_a_new_one() {
    let tree = Tree::of(&["a.txt"]);
    fs::write(tree.manifest(), "").unwrap();
    let account = Account::start().await;
    assert_eq!(
        outcomes(&run(&account, &tree).await),
        [("a.txt", "uploaded")]
    );
    assert_eq!(
        outcomes(&run(&account, &tree).await),
        [("a.txt", "unchanged")]
    );
}

// Manifests that can't be used.

#[tokio::test]
async fn a_manifest_of_another_key_is_refused_and_left_alone() {
    let (tree, account) = stored_once(&["a.txt"]).await;
    assert_refused(
        &account,
        &account.ik_with("private_other"),
        &tree,
        "was written with another private key; give each account its own manifest, or delete this one if the key of the \
         account has changed (all files are then uploaded again, to the same destinations)",
    )
    .await;
}

#[tokio::test]
async fn a_file_that_is_not_a_manifest_is_refused_and_left_alone() {
    let tree = Tree::of(&["a.txt"]);
    let account = Account::start().await;
    for text in [
        "a diary",
        "dear\ndiary\n",
        "\n",
        "{}\n",
        "{\"format\":\"another\",\"version\":1,\"account\":\"\"}\n",
        "\u{0}\u{1}\n",
    ] {
        fs::write(tree.manifest(), text).unwrap();
        let why = "is not a valid manifest of an upload, and is left unchanged; give another path";
        assert_refused(&account, &account.ik(), &tree, why).await;
    }
}

#[tokio::test]
async fn a_manifest_of_a_newer_version_is_refused_and_left_alone() {
    let (tree, account) = stored_once(&["a.txt"]).await;
    let text = tree
        .manifest_text()
        .replacen("\"version\":1", "\"version\":2", 1);
    fs::write(tree.manifest(), text).unwrap();
    assert_refused(
        &account,
        &account.ik(),
        &tree,
        "has version 2 of the manifest format, and this crate supports version 1; use the version of the crate that wrote it, or give another path",
    )
    .await;
}

#[tokio::test]
async fn a_damaged_line_is_refused_with_its_number() {
    let (tree, account) = stored_once(&["a.txt", "b.txt"]).await;
    let text = tree.manifest_text();
    for damage in [
        "",
        "{",
        "{}",
        "\u{0}\u{0}",
        "{\"path\":\"a.txt\",\"known\":{\"size\":1}}",
    ] {
        let mut lines: Vec<_> = text.lines().collect();
        lines[2] = damage;
        fs::write(tree.manifest(), lines.join("\n") + "\n").unwrap();
        assert_refused(
            &account,
            &account.ik(),
            &tree,
            "is damaged in line 3; delete that line, or the manifest (its files are then uploaded again, to the same destinations)",
        )
        .await;
    }
}

#[tokio::test]
async fn the_half_of_a_last_line_is_dropped() {
    let tree = Tree::of(&["a.txt", "b.txt"]);
    let account = Account::start().await;
    let in_turn = || account.upload(&tree).concurrency(1);
    soon(in_turn()).await.unwrap();
    let expected = account.library().await;
    let text = tree.manifest_text();
    let last = text.trim_end().rfind('\n').unwrap() + 1;
    // Up to a line that lacks its end only.
    for end in [last + 1, last + 40, text.len() - 1] {
        fs::write(tree.manifest(), &text[..end]).unwrap();
        account.requests();
        let summary = soon(in_turn()).await.unwrap();
        assert_eq!(
            outcomes(&summary),
            [("a.txt", "unchanged"), ("b.txt", "unchanged")]
        );
        // The line before says that the file was about to be sent, so it is looked for.
        assert_eq!(account.requests(), ["GET /v1/files"]);
        assert_eq!(soon(in_turn()).await.unwrap().unchanged().count(), 2);
        assert_eq!(account.requests(), [""; 0]);
    }
    assert_eq!(account.library().await, expected);
}

#[tokio::test]
async fn a_manifest_that_cannot_be_written_is_refused_before_anything_is_sent() {
    let tree = Tree::of(&["a.txt"]);
    let account = Account::start().await;
    let cases = [
        // A folder that isn't there, and a file in the place of one.
        tree.file("no/manifest"),
        tree.file("a.txt/manifest"),
    ];
    for path in cases {
        let upload = account.ik().upload_folder(tree.path()).manifest(&path);
        let error = soon(upload).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        let beginning = format!("the manifest {} cannot be opened: ", display(&path));
        let end = "; give a path in a writable folder";
        let message = error.to_string();
        assert!(
            message.starts_with(&beginning) && message.ends_with(end),
            "{message}"
        );
    }
    assert_eq!(account.requests(), [""; 0]);
    assert_eq!(fs::read_dir(tree.path()).unwrap().count(), 1);
}

/// Nothing is waited for, and nothing is written to.
#[cfg(unix)]
#[tokio::test]
async fn a_manifest_that_is_not_a_regular_file_is_refused_and_left_alone() {
    use std::os::unix::fs::FileTypeExt;

    let tree = Tree::of(&["a.txt"]);
    let account = Account::start().await;
    let beside = |name: &str| tree.manifest().with_file_name(name);
    let made = std::process::Command::new("mkfifo")
        .arg(beside("pipe"))
        .status();
    assert!(made.unwrap().success());
    let _listener = std::os::unix::net::UnixListener::bind(beside("socket")).unwrap();
    fs::create_dir(beside("folder")).unwrap();
    std::os::unix::fs::symlink(beside("pipe"), beside("link")).unwrap();
    let mut paths: Vec<_> = ["pipe", "socket", "folder", "link"].map(beside).into();
    paths.extend(["/dev/null", "/dev/zero"].map(PathBuf::from));
    for path in paths {
        let upload = account.ik().upload_folder(tree.path()).manifest(&path);
        let error = soon(upload).await.unwrap_err();
        let why = "is not a regular file; give the path of a file";
        assert_eq!(
            error.to_string(),
            format!("manifest: {} {why}", display(&path))
        );
    }
    assert!(
        fs::metadata("/dev/null")
            .unwrap()
            .file_type()
            .is_char_device()
    );
    assert!(fs::metadata(beside("pipe")).unwrap().file_type().is_fifo());
    assert_eq!(account.requests(), [""; 0]);
    assert_eq!(fs::read_dir(beside("")).unwrap().count(), 5);
}

#[cfg(unix)]
#[tokio::test]
async fn a_manifest_keeps_its_mode_and_a_new_one_is_private() {
    use std::os::unix::fs::PermissionsExt;

    let (tree, account) = stored_once(&["a.txt"]).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(&tree.manifest()), 0o600);
    for kept in [0o600, 0o640, 0o644, 0o664, 0o666] {
        fs::set_permissions(tree.manifest(), fs::Permissions::from_mode(kept)).unwrap();
        run(&account, &tree).await;
        assert_eq!(mode(&tree.manifest()), kept);
    }
}

/// Links are followed, and other files next to the manifest stay as they are.
#[cfg(unix)]
#[tokio::test]
async fn no_other_file_is_touched() {
    use std::os::unix::fs::symlink;

    let (tree, account) = stored_once(&["a.txt"]).await;
    let beside = |name: &str| tree.manifest().with_file_name(name);
    fs::write(beside("precious"), "mine").unwrap();
    symlink(beside("precious"), beside("photos.manifest.new")).unwrap();
    fs::write(beside("photos.manifest.tmp"), "mine").unwrap();
    symlink(beside("precious"), beside(".photos.manifest.draft-0")).unwrap();
    let names = || {
        let entries = fs::read_dir(beside("")).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort_unstable();
        names
    };
    let before = names();
    for _ in 0..3 {
        run(&account, &tree).await;
    }
    assert_eq!(names(), before);
    assert!(beside("photos.manifest.new").is_symlink());
    for name in ["precious", "photos.manifest.new", "photos.manifest.tmp"] {
        assert_eq!(fs::read_to_string(beside(name)).unwrap(), "mine");
    }
    // A link that leads to a file that isn't there yet, and to one that isn't a manifest.
    symlink(beside("elsewhere"), beside("link")).unwrap();
    let upload = account.ik().upload_folder(tree.path());
    soon(upload.manifest(beside("link"))).await.unwrap();
    assert!(beside("link").is_symlink());
    assert!(
        fs::read_to_string(beside("elsewhere"))
            .unwrap()
            .contains("a.txt")
    );
    let upload = account.ik().upload_folder(tree.path());
    let error = soon(upload.manifest(beside("photos.manifest.new"))).await;
    assert_eq!(error.unwrap_err().argument(), Some("manifest"));
    assert_eq!(fs::read_to_string(beside("precious")).unwrap(), "mine");
}

#[tokio::test]
async fn a_manifest_belongs_to_one_run_at_a_time() {
    let tree = Tree::of(&["a.txt", "b.txt"]);
    let account = Account::start().await;
    let in_use = async || {
        let error = soon(account.upload(&tree)).await.unwrap_err();
        let why =
            "is in use by another run; wait until that run ends, or give each run its own manifest";
        let message = format!("manifest: {} {why}", display(&tree.manifest()));
        assert_eq!(
            (error.to_string(), error.kind()),
            (message, ErrorKind::InvalidInput)
        );
    };
    // Before the first file, in the middle, and after the last file.
    let mut first = account.upload(&tree).concurrency(1).start().await.unwrap();
    in_use().await;
    assert_eq!(
        fs::read_dir(tree.manifest().with_file_name(""))
            .unwrap()
            .count(),
        2
    );
    while !matches!(
        soon(first.next()).await.unwrap(),
        FolderEvent::Finished { .. }
    ) {}
    in_use().await;
    let rest: Vec<_> = soon(first.by_ref().collect()).await;
    assert!(matches!(rest.last(), Some(FolderEvent::Finished { .. })));
    // It is over, though the value is still there.
    assert_eq!(run(&account, &tree).await.unchanged().count(), 2);
    drop(first);
    // One that is dropped lets go of it at once.
    for _ in 0..20 {
        tree.write("a.txt", format!("{:?}", std::time::Instant::now()));
        let mut dropped = account.upload(&tree).start().await.unwrap();
        let _ = tokio::time::timeout(Duration::ZERO, dropped.next()).await;
        drop(dropped);
        assert!(run(&account, &tree).await.is_complete());
    }
    // So does one that was refused, or that failed to start.
    soon(account.upload(&tree).include("[")).await.unwrap_err();
    assert_eq!(run(&account, &tree).await.unchanged().count(), 2);
}

/// Many want it at the same time: each gets it, or is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_manifest_is_whole_whoever_gets_it() {
    let tree = Tree::of(&["a.txt", "b.txt", "c.txt"]);
    let account = Account::start().await;
    let runs: Vec<_> = (0..40)
        .map(|_| tokio::spawn(account.upload(&tree).into_future()))
        .collect();
    let mut done = 0;
    for run in runs {
        match soon(run).await.unwrap() {
            Ok(summary) => {
                assert!(summary.is_complete());
                done += 1;
            }
            Err(error) => assert_eq!(error.argument(), Some("manifest"), "{error}"),
        }
    }
    assert!(done > 0);
    // Each file was stored by one of them.
    let library = account.library().await;
    assert!(library.values().all(|stored| stored.version == "Version 1"));
    account.requests();
    assert_eq!(run(&account, &tree).await.unchanged().count(), 3);
}

#[tokio::test]
async fn contents_are_compared_on_demand() {
    let (tree, account) = stored_once(&["a.txt", "b.txt"]).await;
    let time = tree.modified("a.txt");
    tree.write("a.txt", "A.TXT");
    tree.set_modified("a.txt", time);
    // Nothing tells.
    assert_eq!(run(&account, &tree).await.unchanged().count(), 2);
    let compared = async |compare| {
        let upload = account.upload(&tree).compare_contents(compare);
        let summary = soon(upload).await.unwrap();
        outcomes(&summary)
            .into_iter()
            .map(|(_, outcome)| outcome)
            .collect::<Vec<_>>()
    };
    assert_eq!(compared(false).await, ["unchanged", "unchanged"]);
    assert_eq!(compared(true).await, ["uploaded", "unchanged"]);
    assert_eq!(compared(true).await, ["unchanged", "unchanged"]);
    let expected = Library::from([version("/a.txt", "A.TXT", 2), stored("/b.txt", "b.txt")]);
    assert_eq!(account.library().await, expected);
}

#[cfg(unix)]
#[tokio::test]
async fn a_manifest_in_a_folder_that_is_read_only_is_refused_before_anything_is_sent() {
    use std::os::unix::fs::PermissionsExt;

    let (tree, account) = stored_once(&["a.txt"]).await;
    let text = tree.manifest_text();
    let folder = tree.manifest().parent().unwrap().to_owned();
    let set = |mode| fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
    set(0o555);
    // Root may write nevertheless.
    let is_refused = fs::write(folder.join("probe"), "").is_err();
    let result = soon(account.upload(&tree)).await;
    set(0o755);
    if is_refused {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Io);
        assert_eq!(account.requests(), [""; 0]);
        assert_eq!(tree.manifest_text(), text);
    }
    if cfg!(target_os = "linux") {
        // Nobody may write here.
        let upload = account
            .ik()
            .upload_folder(tree.path())
            .manifest("/sys/manifest");
        assert_eq!(soon(upload).await.unwrap_err().kind(), ErrorKind::Io);
        assert_eq!(account.requests(), [""; 0]);
    }
}
