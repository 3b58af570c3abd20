//! Uploads of folders: which files are sent where, with what, and what is refused.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt;
use imagekitio::upload::{FolderEvent, FolderFile, FolderSummary, FolderUpload, UploadRequest};
use imagekitio::{ErrorKind, ImageKit, UploadSource};
use support::folder_uploads::{Account, Fault, Library, Tree, display, failures, outcomes, stored};
use support::soon;
use tokio::sync::Barrier;

/// The paths in the folder of the files that would be sent.
async fn chosen(upload: FolderUpload) -> Vec<String> {
    let run = upload.start().await.unwrap();
    run.files()
        .map(|file| file.relative_path().to_owned())
        .collect()
}

// What is uploaded.

#[tokio::test]
async fn files_keep_their_names_and_places() {
    let tree = Tree::of(&["a.txt", "2026/beach.txt", "2026/07/x y.txt", "ü/ñ é.txt"]);
    let account = Account::start().await;
    let summary = soon(account.ik().upload_folder(tree.path()).folder("/archive")).await;
    let summary = summary.unwrap();
    assert_eq!(
        outcomes(&summary),
        [
            ("2026/07/x y.txt", "uploaded"),
            ("2026/beach.txt", "uploaded"),
            ("a.txt", "uploaded"),
            ("ü/ñ é.txt", "uploaded"),
        ]
    );
    assert!(summary.is_complete());
    assert_eq!(summary.to_string(), "4 uploaded, 0 unchanged, 0 failed");
    let expected = Library::from([
        stored("/archive/2026/07/x_y.txt", "2026/07/x y.txt"),
        stored("/archive/2026/beach.txt", "2026/beach.txt"),
        stored("/archive/a.txt", "a.txt"),
        stored("/archive/ü/___.txt", "ü/ñ é.txt"),
    ]);
    assert_eq!(account.library().await, expected);
    for (file, reply) in summary.uploaded() {
        let path = reply.file().unwrap().file_path.as_str();
        let folder = file.destination().rsplit_once('/').unwrap().0;
        assert_eq!(path.rsplit_once('/').unwrap().0, folder);
    }
}

#[tokio::test]
async fn a_second_upload_makes_new_versions_in_the_same_places() {
    let tree = Tree::of(&["a.txt", "x/b.txt"]);
    let account = Account::start().await;
    for _ in 0..2 {
        let summary = soon(account.ik().upload_folder(tree.path())).await.unwrap();
        assert!(summary.is_complete());
    }
    let expected = Library::from([
        support::folder_uploads::version("/a.txt", "a.txt", 2),
        support::folder_uploads::version("/x/b.txt", "x/b.txt", 2),
    ]);
    assert_eq!(account.library().await, expected);
}

#[tokio::test]
async fn files_are_listed_in_the_order_of_their_paths_with_all_that_is_known() {
    let tree = Tree::of(&["b.txt", "a.txt", "a/z.txt", "a/b/c.txt", "a-b.txt"]);
    let account = Account::start().await;
    let upload = account
        .ik()
        .upload_folder(tree.path())
        .folder("archive//x/");
    let run = soon(upload.start()).await.unwrap();
    assert_eq!(run.files().len(), 5);
    let files: Vec<_> = run
        .files()
        .map(|file| {
            let path = file.relative_path();
            assert_eq!(file.path(), tree.file(path));
            assert_eq!(file.modified(), Some(tree.modified(path)));
            (path, file.size(), file.destination())
        })
        .collect();
    let expected = [
        ("a/b/c.txt", 9, "/archive/x/a/b/c.txt"),
        ("a/z.txt", 7, "/archive/x/a/z.txt"),
        ("a-b.txt", 7, "/archive/x/a-b.txt"),
        ("a.txt", 5, "/archive/x/a.txt"),
        ("b.txt", 5, "/archive/x/b.txt"),
    ];
    assert_eq!(files, expected);
}

#[tokio::test]
async fn nothing_is_sent_before_the_run_is_polled() {
    let tree = Tree::of(&["a.txt"]);
    let account = Account::start().await;
    drop(soon(account.upload(&tree).start()).await.unwrap());
    account.settled().await;
    assert_eq!(account.requests(), [""; 0]);
    assert_eq!(account.library().await, Library::new());
}

#[tokio::test]
async fn an_empty_folder_gives_an_empty_summary() {
    let tree = Tree::of(&[]);
    std::fs::create_dir(tree.file("x")).unwrap();
    let account = Account::start().await;
    let summary = soon(account.upload(&tree)).await.unwrap();
    assert_eq!(summary.to_string(), "0 uploaded, 0 unchanged, 0 failed");
    assert!(summary.is_complete());
    assert_eq!(account.requests(), [""; 0]);
}

#[tokio::test]
async fn patterns_choose_by_name_and_by_path() {
    let all = [
        ".git/config",
        "2026/07/b.jpg",
        "2026/a.jpg",
        "2026/drafts/d.jpg",
        "a.jpg",
        "b.png",
        "drafts/a.jpg",
        "drafts/deep/c.jpg",
    ];
    let tree = Tree::of(&all);
    let ik = Account::start().await.ik();
    let without = |left_out: &[&str]| -> Vec<&str> {
        let is_in = |path: &&str| !left_out.contains(path);
        all.into_iter().filter(is_in).collect()
    };
    let drafts = ["drafts/a.jpg", "drafts/deep/c.jpg"];
    let all_drafts = ["2026/drafts/d.jpg", "drafts/a.jpg", "drafts/deep/c.jpg"];
    type Patterns = &'static [&'static str];
    let cases: Vec<(Patterns, Patterns, Vec<&str>)> = vec![
        (&[], &[], without(&[])),
        (&["*"], &[], without(&[])),
        (&["**"], &[], without(&[])),
        (&["*.jpg"], &[], without(&[".git/config", "b.png"])),
        (&["*.png", "config"], &[], vec![".git/config", "b.png"]),
        (&["?.png"], &[], vec!["b.png"]),
        (
            &["[b-c].*"],
            &[],
            vec!["2026/07/b.jpg", "b.png", "drafts/deep/c.jpg"],
        ),
        (&["a.jpg"], &[], vec!["2026/a.jpg", "a.jpg", "drafts/a.jpg"]),
        (&["/a.jpg"], &[], vec!["a.jpg"]),
        (&["/*.*"], &[], vec!["a.jpg", "b.png"]),
        (&["2026/*.jpg"], &[], vec!["2026/a.jpg"]),
        (
            &["2026/**/*.jpg"],
            &[],
            vec!["2026/07/b.jpg", "2026/a.jpg", "2026/drafts/d.jpg"],
        ),
        (
            &["**/drafts/*"],
            &[],
            vec!["2026/drafts/d.jpg", "drafts/a.jpg"],
        ),
        (&["A.JPG"], &[], vec![]),
        (
            &["2026/"],
            &[],
            vec!["2026/07/b.jpg", "2026/a.jpg", "2026/drafts/d.jpg"],
        ),
        (&["2026/drafts/", "b.png/"], &[], vec!["2026/drafts/d.jpg"]),
        (&["drafts/"], &[], all_drafts.to_vec()),
        (&["/drafts/"], &[], drafts.to_vec()),
        (&["drafts"], &[], vec![]),
        (&[], &["a.jpg/", "*.png/"], without(&[])),
        (&[], &["*/"], vec!["a.jpg", "b.png"]),
        (&[], &["drafts"], without(&all_drafts)),
        (&[], &["drafts/"], without(&all_drafts)),
        (&[], &["/drafts"], without(&drafts)),
        (&[], &["/drafts/"], without(&drafts)),
        (&[], &["drafts/**"], without(&drafts)),
        (&[], &["drafts/*"], without(&drafts)),
        (&[], &["drafts/*.jpg"], without(&["drafts/a.jpg"])),
        (&[], &["**/deep"], without(&["drafts/deep/c.jpg"])),
        (&[], &[".*", "*.jpg"], vec!["b.png"]),
        (&[], &["*"], vec![]),
        (&["a.jpg"], &["drafts"], vec!["2026/a.jpg", "a.jpg"]),
        (&["*.jpg"], &["*.jpg"], vec![]),
    ];
    for (include, exclude, expected) in cases {
        let mut upload = ik.upload_folder(tree.path());
        for pattern in include {
            upload = upload.include(*pattern);
        }
        for pattern in exclude {
            upload = upload.exclude(*pattern);
        }
        let files = chosen(upload).await;
        assert_eq!(files, expected, "include {include:?}, exclude {exclude:?}");
    }
}

#[tokio::test]
async fn filters_choose_by_all_that_is_known_and_all_must_agree() {
    let tree = Tree::of(&["a.txt", "long name.txt", "x/b.txt", "x/c.png"]);
    let upload = Account::start().await.ik().upload_folder(tree.path());
    let upload = upload
        .filter(|file| file.size() < 10)
        .filter(|file| file.relative_path().starts_with("x/"))
        .filter(|file| file.destination().ends_with(".txt"));
    assert_eq!(chosen(upload).await, ["x/b.txt"]);
}

#[tokio::test]
async fn files_go_to_the_destination_of_the_callback() {
    let tree = Tree::of(&["A.TXT", "2026/B.txt"]);
    let account = Account::start().await;
    let upload = account.ik().upload_folder(tree.path()).folder("/archive");
    let upload = upload.destination(|file| match file.relative_path() {
        "A.TXT" => "//deep/er//a.txt".to_owned(),
        path => path.replace('/', "-").to_lowercase(),
    });
    assert!(soon(upload).await.unwrap().is_complete());
    let expected = Library::from([
        stored("/archive/2026-b.txt", "2026/B.txt"),
        stored("/archive/deep/er/a.txt", "A.TXT"),
    ]);
    assert_eq!(account.library().await, expected);
}

#[tokio::test]
async fn each_file_gets_what_is_said_of_it_and_each_setter_has_its_turn() {
    let tree = Tree::of(&["a.txt", "2026/b.txt"]);
    let account = Account::start().await;
    let upload = account.ik().upload_folder(tree.path());
    let upload = upload
        .each(|upload, file| match file.relative_path().split_once('/') {
            Some((album, _)) => upload.tags([album, "album"]),
            None => upload.tags(["loose"]),
        })
        // The place stays, whatever is said here.
        .each(|upload, _| upload.folder("/elsewhere").file_name("other.txt"))
        .each(|upload, file| match file.size() {
            5 => upload.tags(["small"]),
            _ => upload,
        });
    assert!(soon(upload).await.unwrap().is_complete());
    let mut expected = Library::from([
        stored("/a.txt", "a.txt"),
        stored("/2026/b.txt", "2026/b.txt"),
    ]);
    expected.get_mut("/a.txt").unwrap().tags = vec!["small".to_owned()];
    expected.get_mut("/2026/b.txt").unwrap().tags = vec!["2026".to_owned(), "album".to_owned()];
    assert_eq!(account.library().await, expected);
}

/// Something that is made from the file, in its place.
fn louder(ik: ImageKit) -> impl Fn(UploadRequest, &FolderFile) -> UploadRequest {
    move |_, file| {
        let text = std::fs::read_to_string(file.path()).unwrap();
        ik.upload(UploadSource::bytes("made.txt", text.to_uppercase()))
    }
}

#[tokio::test]
async fn another_upload_takes_the_place_of_the_file() {
    let tree = Tree::of(&["a.txt", "x/b.txt"]);
    let account = Account::start().await;
    for manifest in [None, Some(tree.manifest())] {
        let mut upload = account.ik().upload_folder(tree.path());
        upload = upload.each(louder(account.ik()));
        if let Some(manifest) = manifest {
            upload = upload.manifest(manifest);
        }
        assert!(soon(upload).await.unwrap().is_complete());
    }
    let expected = Library::from([
        support::folder_uploads::version("/a.txt", "A.TXT", 2),
        support::folder_uploads::version("/x/b.txt", "X/B.TXT", 2),
    ]);
    assert_eq!(account.library().await, expected);
    account.requests();
    let upload = account.upload(&tree).each(louder(account.ik()));
    let summary = soon(upload).await.unwrap();
    assert_eq!(summary.to_string(), "0 uploaded, 2 unchanged, 0 failed");
    assert_eq!(account.requests(), [""; 0]);
}

#[tokio::test]
async fn as_many_files_are_sent_at_a_time_as_is_asked_for() {
    let names: Vec<_> = (0..12).map(|number| format!("{number}.txt")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let tree = Tree::of(&names);
    for (asked, expected) in [
        (None, 4),
        (Some(0), 1),
        (Some(1), 1),
        (Some(3), 3),
        (Some(6), 6),
    ] {
        let account = Account::start().await;
        // Fewer would wait forever.
        let barrier = Arc::new(Barrier::new(expected));
        account.next_uploads(vec![Fault::Meet(barrier); names.len()]);
        let mut upload = account.ik().upload_folder(tree.path());
        if let Some(asked) = asked {
            upload = upload.concurrency(asked);
        }
        let summary = soon(upload).await.unwrap();
        assert_eq!(summary.to_string(), "12 uploaded, 0 unchanged, 0 failed");
        assert_eq!(account.most_running(), expected);
    }
}

#[tokio::test]
async fn events_have_the_progress_and_the_end_of_each_file() {
    let tree = Tree::of(&["a.txt", "x/b.txt"]);
    tree.write("large.bin", vec![7; 3_000_000]);
    tree.write("empty.txt", "");
    let account = Account::start().await;
    let upload = account.ik().upload_folder(tree.path());
    let events: Vec<_> = soon(soon(upload.start()).await.unwrap().collect()).await;
    let mut sent = BTreeMap::new();
    let mut finished = Vec::new();
    for event in &events {
        match event {
            FolderEvent::Progress { file, progress } => {
                let name = file.relative_path();
                assert!(!finished.contains(&name), "news of {name} after its end");
                assert!(sent.insert(name, progress.sent) < Some(progress.sent));
                assert_eq!((progress.total, progress.attempt), (file.size(), 1));
            }
            FolderEvent::Finished { file, .. } => finished.push(file.relative_path()),
            other => panic!("{other:?}"),
        }
    }
    finished.sort_unstable();
    assert_eq!(finished, ["a.txt", "empty.txt", "large.bin", "x/b.txt"]);
    let ends = BTreeMap::from([("a.txt", 5), ("large.bin", 3_000_000), ("x/b.txt", 7)]);
    assert!(
        sent.iter().all(|(name, sent)| *sent <= ends[name]),
        "{sent:?}"
    );
    let mut summary = FolderSummary::default();
    summary.extend(events);
    assert_eq!(summary.to_string(), "3 uploaded, 0 unchanged, 1 failed");
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_followed_and_those_that_lead_nowhere_fail() {
    use std::os::unix::fs::symlink;

    let tree = Tree::of(&["a.txt", "x/b.txt"]);
    let elsewhere = Tree::of(&["c.txt", "deep/d.txt"]);
    symlink(elsewhere.file("c.txt"), tree.file("file.txt")).unwrap();
    symlink(elsewhere.file("deep"), tree.file("folder")).unwrap();
    symlink(elsewhere.file("nothing"), tree.file("dangling")).unwrap();
    symlink(tree.path(), tree.file("x/loop")).unwrap();
    let account = Account::start().await;
    let summary = soon(account.ik().upload_folder(tree.path())).await.unwrap();
    assert_eq!(
        outcomes(&summary),
        [
            ("a.txt", "uploaded"),
            ("dangling", "failed"),
            ("file.txt", "uploaded"),
            ("folder/d.txt", "uploaded"),
            ("x/b.txt", "uploaded"),
            ("x/loop", "failed"),
        ]
    );
    for (file, error) in summary.failed() {
        assert_eq!(error.kind(), ErrorKind::Io);
        let beginning = format!("{} cannot be read: ", display(file.path()));
        assert!(error.to_string().starts_with(&beginning), "{error}");
        assert!(!error.may_have_been_sent());
    }
    let expected = Library::from([
        stored("/a.txt", "a.txt"),
        stored("/file.txt", "c.txt"),
        stored("/folder/d.txt", "deep/d.txt"),
        stored("/x/b.txt", "x/b.txt"),
    ]);
    assert_eq!(account.library().await, expected);
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_is_excluded_is_not_looked_into() {
    let tree = Tree::of(&["a.txt", "drafts/b.txt"]);
    std::os::unix::fs::symlink("nothing", tree.file("drafts/dangling")).unwrap();
    let account = Account::start().await;
    for pattern in ["drafts", "drafts/", "/drafts", "drafts/**", "dr*"] {
        let upload = account.ik().upload_folder(tree.path()).exclude(pattern);
        assert_eq!(
            outcomes(&soon(upload).await.unwrap()),
            [("a.txt", "uploaded")]
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_not_a_regular_file_fails_at_once() {
    let tree = Tree::of(&["a.txt"]);
    let made = std::process::Command::new("mkfifo")
        .arg(tree.file("pipe"))
        .status();
    assert!(made.unwrap().success());
    let account = Account::start().await;
    let message = format!(
        "file: {} is not a regular file; open it, and use UploadSource::spooled_reader",
        display(&tree.file("pipe"))
    );
    let summary = soon(account.upload(&tree)).await.unwrap();
    assert_eq!(failures(&summary), [("pipe", message)]);
    // Something else may be sent in its place.
    let ik = account.ik();
    let upload = account.upload(&tree);
    let upload = upload.each(move |upload, file| match file.size() {
        0 => ik.upload(UploadSource::bytes("pipe", "what came out of it")),
        _ => upload,
    });
    let summary = soon(upload).await.unwrap();
    assert_eq!(
        outcomes(&summary),
        [("a.txt", "unchanged"), ("pipe", "uploaded")]
    );
}

#[tokio::test]
async fn an_empty_file_fails_and_the_others_go_on() {
    let tree = Tree::of(&["a.txt", "z.txt"]);
    tree.write("empty.txt", "");
    let account = Account::start().await;
    let summary = soon(account.ik().upload_folder(tree.path())).await.unwrap();
    let message = format!(
        "file: {} is empty; give a file with at least one byte",
        display(&tree.file("empty.txt"))
    );
    assert_eq!(failures(&summary), [("empty.txt", message)]);
    assert_eq!(summary.to_string(), "2 uploaded, 0 unchanged, 1 failed");
    assert!(!summary.is_complete());
}

#[tokio::test]
async fn the_manifest_is_not_uploaded_wherever_it_lies() {
    let tree = Tree::of(&["a.txt", "x/b.txt", "x/c.manifest"]);
    // What a killed run may have left there.
    let draft = "x/.photos.manifest.draft-0123456789abcdef0123456789abcdef";
    tree.write(draft, "half");
    // And what it can't have left.
    tree.write("x/photos.manifest.new", "mine");
    tree.write(
        ".photos.manifest.draft-0123456789abcdef0123456789abcdef",
        "mine",
    );
    tree.write("x/.photos.manifest.draft-1", "mine");
    let account = Account::start().await;
    let manifest = tree.path().join("x/../x/photos.manifest");
    for outcome in ["uploaded", "unchanged"] {
        let upload = account.ik().upload_folder(tree.path()).manifest(&manifest);
        assert_eq!(
            outcomes(&soon(upload).await.unwrap()),
            [
                (
                    ".photos.manifest.draft-0123456789abcdef0123456789abcdef",
                    outcome
                ),
                ("a.txt", outcome),
                ("x/.photos.manifest.draft-1", outcome),
                ("x/b.txt", outcome),
                ("x/c.manifest", outcome),
                ("x/photos.manifest.new", outcome),
            ]
        );
    }
    assert!(tree.file("x/photos.manifest").exists());
    assert_eq!(account.library().await.len(), 6);
}

/// The same name in another Unicode form is the same name.
#[tokio::test]
async fn names_are_sent_in_one_form() {
    // A letter with an accent in two ways, two letters in one sign, and Korean syllables.
    let composed = [
        "\u{e9}.txt",
        "ﬁ2.txt",
        "\u{d55c}3.txt",
        "\u{c5}ngstr\u{f6}m/a.txt",
    ];
    let decomposed = [
        "e\u{301}.txt",
        "ﬁ2.txt",
        "\u{1112}\u{1161}\u{11ab}3.txt",
        "A\u{30a}ngstro\u{308}m/a.txt",
    ];
    let mut expected = composed.to_vec();
    expected.sort_unstable();
    let mut forms = Vec::new();
    for files in [composed, decomposed] {
        let tree = Tree::of(&files);
        let account = Account::start().await;
        let names = Arc::new(Mutex::new(Vec::new()));
        let upload = account.ik().upload_folder(tree.path());
        // Patterns, too, count in any form.
        let upload = upload
            .folder("/o\u{308}")
            .include("*.txt")
            .exclude("u\u{308}");
        let run = upload.start().await.unwrap();
        for file in run.files() {
            names.lock().unwrap().push((
                file.relative_path().to_owned(),
                file.destination().to_owned(),
            ));
        }
        let names = names.lock().unwrap().clone();
        for (path, destination) in &names {
            assert_eq!(*destination, format!("/\u{f6}/{path}"));
        }
        let summary: FolderSummary = soon(run.collect()).await;
        assert!(summary.is_complete(), "{summary}");
        let mut paths: Vec<_> = names.into_iter().map(|(path, _)| path).collect();
        paths.sort_unstable();
        assert_eq!(paths, expected);
        forms.push(account.library().await.into_keys().collect::<Vec<_>>());
    }
    assert_eq!(forms[0], forms[1]);

    for pattern in ["\u{e9}*", "e\u{301}*", "A\u{30a}ngstr\u{f6}m/"] {
        for files in [composed, decomposed] {
            let tree = Tree::of(&files);
            let upload = ImageKit::builder().private_key("k").build().unwrap();
            let upload = upload.upload_folder(tree.path()).include(pattern);
            assert_eq!(chosen(upload).await.len(), 1, "{pattern}");
        }
    }
}

/// File systems of macOS see one name there.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn of_two_names_that_differ_in_their_form_the_second_fails() {
    let tree = Tree::of(&["\u{e9}.txt", "e\u{301}.txt", "z.txt"]);
    let account = Account::start().await;
    let summary = soon(account.upload(&tree)).await.unwrap();
    let message = format!(
        "destination: {} would be stored as /_.txt, as another file whose name differs only in its Unicode \
         normalization; rename one of them",
        display(&tree.file("\u{e9}.txt"))
    );
    assert_eq!(failures(&summary), [("\u{e9}.txt", message)]);
    assert_eq!(summary.uploaded().count(), 2);
}

#[tokio::test]
async fn files_of_the_system_are_skipped_unless_asked_for() {
    let files = [
        "$RECYCLE.BIN/a.txt",
        "._a.txt",
        ".AppleDouble/a.txt",
        ".DS_Store",
        ".Spotlight-V100/x/a.txt",
        ".Trashes/a.txt",
        ".fseventsd/a.txt",
        "System Volume Information/a.txt",
        "__MACOSX/x/a.txt",
        "x/._b.txt",
        "x/.DS_Store",
        "y/Desktop.ini",
        "x/Thumbs.db",
        "x/desktop.ini",
        "x/ehthumbs.db",
        "y/thumbs.db",
    ];
    let others = [
        ".hidden",
        ".well-known/a.txt",
        "DS_Store",
        "a._b",
        "x/Thumbs.db.txt",
        "x/my desktop.ini",
    ];
    let all: Vec<&str> = files.iter().chain(&others).copied().collect();
    let tree = Tree::of(&all);
    let ik = ImageKit::builder().private_key("k").build().unwrap();
    let upload = || ik.upload_folder(tree.path());
    assert_eq!(chosen(upload()).await, others);
    assert_eq!(chosen(upload().include_system_files(false)).await, others);
    let mut sorted = all.clone();
    sorted.sort_unstable();
    let mut every = chosen(upload().include_system_files(true)).await;
    every.sort_unstable();
    assert_eq!(every, sorted);
    let upload = upload().include_system_files(true).include("._*");
    assert_eq!(chosen(upload).await, ["._a.txt", "x/._b.txt"]);
}

#[tokio::test]
async fn a_callback_that_panics_fails_its_file_and_the_others_go_on() {
    fn panic_at_b(file: &FolderFile) -> &str {
        assert_ne!(file.relative_path(), "b.txt", "on purpose");
        file.relative_path()
    }
    type Set = fn(FolderUpload) -> FolderUpload;
    let cases: [(&str, Set); 3] = [
        ("filter", |upload| {
            upload.filter(|file| !panic_at_b(file).is_empty())
        }),
        ("destination", |upload| {
            upload.destination(|file| panic_at_b(file).to_owned())
        }),
        ("each", |upload| {
            upload.each(|upload, file| upload.tags([panic_at_b(file)]))
        }),
    ];
    for (option, set) in cases {
        let tree = Tree::of(&["a.txt", "b.txt", "c.txt"]);
        let account = Account::start().await;
        let summary = soon(set(account.upload(&tree))).await.unwrap();
        assert_eq!(summary.to_string(), "2 uploaded, 0 unchanged, 1 failed");
        let (file, error) = summary.failed().next().unwrap();
        assert_eq!(file.relative_path(), "b.txt");
        assert_eq!(
            (error.kind(), error.argument()),
            (ErrorKind::InvalidInput, Some(option))
        );
        let beginning = format!("{option}: the callback panicked: assertion");
        assert!(error.to_string().starts_with(&beginning), "{error}");
        // Nothing holds the manifest.
        let summary = soon(account.upload(&tree)).await.unwrap();
        assert_eq!(summary.failed().count(), 0);
    }
}

// What is refused.

#[tokio::test]
async fn of_two_files_with_one_place_the_second_fails() {
    let tree = Tree::of(&["a b.txt", "a_b.txt", "ä.txt", "ö.txt", "x/a b.txt"]);
    let account = Account::start().await;
    let upload = account.ik().upload_folder(tree.path()).folder("/f");
    let summary = soon(upload).await.unwrap();
    let message = |second: &str, place: &str, first: &str| {
        format!(
            "destination: `{second}` would be stored as {place}, as `{first}`; give one of them another destination"
        )
    };
    assert_eq!(
        failures(&summary),
        [
            ("a_b.txt", message("a_b.txt", "/f/a_b.txt", "a b.txt")),
            ("ö.txt", message("ö.txt", "/f/_.txt", "ä.txt")),
        ]
    );
    let expected = Library::from([
        stored("/f/_.txt", "ä.txt"),
        stored("/f/a_b.txt", "a b.txt"),
        stored("/f/x/a_b.txt", "x/a b.txt"),
    ]);
    assert_eq!(account.library().await, expected);
    // The same for two that are told to go to one place.
    let upload = account.ik().upload_folder(tree.path());
    let upload = upload
        .include("[äö].txt")
        .destination(|_| "g/one.txt".to_owned());
    let summary = soon(upload).await.unwrap();
    assert_eq!(
        failures(&summary),
        [("ö.txt", message("ö.txt", "/g/one.txt", "ä.txt"))]
    );
    let library = account.library().await;
    assert_eq!(library.get("/g/one.txt"), Some(&stored("", "ä.txt").1));
}

#[tokio::test]
async fn destinations_that_lead_elsewhere_or_nowhere_fail() {
    let tree = Tree::of(&["a.txt", "b.txt", "c.txt"]);
    let account = Account::start().await;
    let upload = account.ik().upload_folder(tree.path());
    let upload = upload.destination(|file| match file.relative_path() {
        "a.txt" => "x/../a.txt".to_owned(),
        "b.txt" => "./b.txt".to_owned(),
        _ => "/".to_owned(),
    });
    let summary = soon(upload).await.unwrap();
    let leads = |path: &str| {
        format!(
            "destination: `{path}` is not a valid destination: `.` and `..` lead to another folder; leave them out"
        )
    };
    assert_eq!(
        failures(&summary),
        [
            ("a.txt", leads("/x/../a.txt")),
            ("b.txt", leads("/./b.txt")),
            (
                "c.txt",
                "destination: is empty; give the path of a file".to_owned()
            ),
        ]
    );
    let upload = account.ik().upload_folder(tree.path()).folder("/x/..");
    let summary = soon(upload.include("a.txt")).await.unwrap();
    assert_eq!(failures(&summary), [("a.txt", leads("/x/../a.txt"))]);
    assert_eq!(account.requests(), [""; 0]);
}

#[tokio::test]
async fn a_path_that_is_not_a_folder_is_refused() {
    let tree = Tree::of(&["a.txt"]);
    let account = Account::start().await;
    let error = soon(account.ik().upload_folder(tree.file("no")))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    let beginning = format!("{} cannot be read: ", display(&tree.file("no")));
    assert!(error.to_string().starts_with(&beginning), "{error}");
    let error = soon(account.ik().upload_folder(tree.file("a.txt")))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.argument()),
        (ErrorKind::InvalidInput, Some("path"))
    );
    assert_eq!(
        error.to_string(),
        format!(
            "path: {} is not a folder; for a file use ImageKit::upload",
            display(&tree.file("a.txt"))
        )
    );
    assert_eq!(account.requests(), [""; 0]);
}

#[tokio::test]
async fn an_invalid_pattern_is_refused_and_leaves_no_manifest() {
    let tree = Tree::of(&["a.txt"]);
    let account = Account::start().await;
    for (option, upload) in [
        ("include", account.upload(&tree).include("a[b")),
        ("exclude", account.upload(&tree).exclude("a[b")),
    ] {
        let error = soon(upload).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.argument()),
            (ErrorKind::InvalidInput, Some(option))
        );
        assert_eq!(
            error.to_string(),
            format!(
                "{option}: `a[b` is not a valid pattern: invalid range pattern; write [*] for a `*` and [[] for a `[` in a name"
            )
        );
    }
    for nothing in ["", "/", "//"] {
        let error = soon(account.upload(&tree).exclude(nothing))
            .await
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "exclude: `{nothing}` is not a valid pattern: it matches no file; give a pattern such as *.jpg, or leave it out"
            )
        );
    }
    let error = soon(account.upload(&tree).include("a**b/c"))
        .await
        .unwrap_err();
    let beginning = "include: `a**b/c` is not a valid pattern: ";
    assert!(error.to_string().starts_with(beginning), "{error}");
    assert_eq!(account.requests(), [""; 0]);
    assert!(!tree.manifest().exists());
}

#[tokio::test]
async fn files_whose_names_would_be_made_unique_fail() {
    let tree = Tree::of(&["a.txt", "b.txt"]);
    let account = Account::start().await;
    let upload = account.ik().upload_folder(tree.path());
    let upload = upload.each(|upload, file| match file.relative_path() {
        "a.txt" => upload.use_unique_file_name(true),
        _ => upload.use_unique_file_name(false),
    });
    let summary = soon(upload).await.unwrap();
    let message = "use_unique_file_name: must be false for files of a folder, whose names another run has to find; leave \
                   it out, or use ImageKit::upload_many";
    assert_eq!(failures(&summary), [("a.txt", message.to_owned())]);
    assert_eq!(
        account.library().await,
        Library::from([stored("/b.txt", "b.txt")])
    );
}

#[tokio::test]
async fn without_a_private_key_each_file_fails_and_no_manifest_is_begun() {
    let tree = Tree::of(&["a.txt", "b.txt"]);
    let account = Account::start().await;
    let ik = ImageKit::builder().base_url(account.url()).build().unwrap();
    let summary = soon(ik.upload_folder(tree.path())).await.unwrap();
    let message = "upload-file: private_key: is missing, and requests need it; give it to the builder, or set \
                   IMAGEKIT_PRIVATE_KEY and use `from_env`";
    let message = message.to_owned();
    assert_eq!(
        failures(&summary),
        [("a.txt", message.clone()), ("b.txt", message)]
    );
    let upload = ik.upload_folder(tree.path()).manifest(tree.manifest());
    assert_eq!(
        soon(upload).await.unwrap_err().to_string(),
        "private_key: is missing; a manifest belongs to the account of the key: give the key to the client, or \
         leave the manifest out"
    );
    assert!(!tree.manifest().exists());
    assert_eq!(account.requests(), [""; 0]);
}

#[tokio::test]
async fn keys_are_not_shown() {
    let tree = Tree::of(&["a.txt"]);
    let account = Account::start().await;
    let key = account.server.private_key();
    let upload = account.upload(&tree);
    assert!(!format!("{upload:?}").contains(key));
    let run = soon(upload.start()).await.unwrap();
    assert!(!format!("{run:?}").contains(key));
    let summary: FolderSummary = soon(run.collect()).await;
    assert!(!format!("{summary:?}").contains(key));
}

#[tokio::test]
async fn a_file_that_is_gone_fails_and_the_others_go_on() {
    let tree = Tree::of(&["a.txt", "b.txt", "c.txt"]);
    let account = Account::start().await;
    for manifest in [false, true] {
        let mut upload = account.ik().upload_folder(tree.path());
        if manifest {
            upload = upload.manifest(tree.manifest());
        }
        tree.write("b.txt", "b");
        let run = soon(upload.start()).await.unwrap();
        tree.remove("b.txt");
        let summary: FolderSummary = soon(run.collect()).await;
        assert_eq!(
            outcomes(&summary),
            [
                ("a.txt", "uploaded"),
                ("b.txt", "failed"),
                ("c.txt", "uploaded")
            ]
        );
        let (_, error) = summary.failed().next().unwrap();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(
            error.to_string().contains(&display(&tree.file("b.txt"))),
            "{error}"
        );
    }
    let paths: Vec<_> = account.library().await.into_keys().collect();
    assert_eq!(paths, ["/a.txt", "/c.txt"]);
}

#[tokio::test]
async fn a_file_that_shrinks_or_grows_while_it_is_sent_fails_and_nothing_of_it_is_stored() {
    const LENGTH: usize = 2 * 1024 * 1024;
    let tree = Tree::of(&["a.txt", "z.txt"]);
    let account = Account::start().await;
    for (length, what) in [(10, "ended after "), (LENGTH as u64 + 1, "has more bytes")] {
        tree.write("large.bin", vec![1; LENGTH]);
        let upload = account.upload(&tree);
        let upload = upload.each(move |upload, file| {
            let (path, size) = (file.path().to_owned(), file.size());
            upload.on_progress(move |_| {
                if size == LENGTH as u64 {
                    let file = std::fs::File::options().write(true).open(&path).unwrap();
                    file.set_len(length).unwrap();
                }
            })
        });
        let summary = soon(upload).await.unwrap();
        let failures = failures(&summary);
        let [("large.bin", message)] = failures.as_slice() else {
            panic!("{failures:?}");
        };
        let beginning = format!("upload-file: {} {what}", display(&tree.file("large.bin")));
        assert!(message.starts_with(&beginning), "{message}");
        assert!(!summary.failed().next().unwrap().1.may_have_been_sent());
    }
    let expected = Library::from([stored("/a.txt", "a.txt"), stored("/z.txt", "z.txt")]);
    assert_eq!(account.library().await, expected);
}

#[tokio::test]
async fn a_file_that_changes_before_it_is_sent_is_sent_as_it_is_then() {
    let tree = Tree::of(&["a.txt"]);
    let account = Account::start().await;
    let run = soon(account.upload(&tree).start()).await.unwrap();
    tree.write_aged("a.txt", "longer than before", Duration::from_secs(60));
    let summary: FolderSummary = soon(run.collect()).await;
    assert_eq!(outcomes(&summary), [("a.txt", "uploaded")]);
    assert_eq!(
        outcomes(&soon(account.upload(&tree)).await.unwrap()),
        [("a.txt", "unchanged")]
    );
    let expected = Library::from([stored("/a.txt", "longer than before")]);
    assert_eq!(account.library().await, expected);
}
