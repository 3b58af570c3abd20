//! 10,000 operations of 64 clients at once: every reply, and the state at the end, are those of one
//! client that sends them one by one in the order that the server says.

use std::collections::{BTreeMap, BTreeSet};

use crate::account::{Account, exact};
use futures_util::future::join_all;
use imagekitio_testing::Server;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

const CLIENTS: usize = 64;

const OPERATIONS: usize = 10_000;

/// Few folders and names, so that the clients meet.
const FOLDERS: u64 = 6;
const NAMES: u64 = 8;
const TAGS: u64 = 5;

/// The most versions of a file.
const MAX_VERSIONS: usize = 100;

/// What a client does.
#[derive(Clone, Debug)]
enum Operation {
    Upload {
        path: String,
        content: String,
        overwrite: bool,
    },
    Copy {
        from: String,
        to: String,
        all: bool,
    },
    Move {
        from: String,
        to: String,
    },
    Rename {
        path: String,
        name: String,
    },
    AddTags {
        ids: Vec<String>,
        tag: String,
    },
    RemoveTags {
        ids: Vec<String>,
        tag: String,
    },
    Delete {
        id: String,
    },
    DeleteAll {
        ids: Vec<String>,
    },
    List {
        folder: String,
    },
    Versions {
        id: String,
    },
    CreateFolder {
        parent: String,
        name: String,
    },
    DeleteFolder {
        path: String,
    },
    CopyFolder {
        from: String,
        to: String,
    },
    MoveFolder {
        from: String,
        to: String,
    },
    RenameFolder {
        path: String,
        name: String,
    },
}

/// An operation with the server's answer.
struct Done {
    sequence: u64,
    operation: Operation,
    status: u16,
    body: Value,
}

/// Numbers that look random, the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn top_folder(&mut self) -> String {
        format!("/f{}", self.below(FOLDERS))
    }

    /// What jobs put into top folders, so that paths stay short.
    fn subfolder(&mut self) -> String {
        format!("{}/g{}", self.top_folder(), self.below(2))
    }

    fn folder(&mut self) -> String {
        match self.below(3) {
            0 => self.subfolder(),
            _ => self.top_folder(),
        }
    }

    fn path(&mut self) -> String {
        format!("{}/{}", self.folder(), self.name())
    }

    fn name(&mut self) -> String {
        format!("n{}.txt", self.below(NAMES))
    }

    fn tag(&mut self) -> String {
        format!("t{}", self.below(TAGS))
    }

    /// One of the files that the client knows of, or none that exists.
    fn id(&mut self, known: &[String]) -> String {
        match known.len() as u64 {
            0 => "none".to_owned(),
            count => known[self.below(count) as usize].clone(),
        }
    }

    fn ids(&mut self, known: &[String]) -> Vec<String> {
        (0..=self.below(3)).map(|_| self.id(known)).collect()
    }

    fn operation(&mut self, known: &[String], content: String) -> Operation {
        match self.below(100) {
            0..25 => Operation::Upload {
                path: self.path(),
                content,
                overwrite: self.below(10) > 0,
            },
            25..35 => Operation::Copy {
                from: self.path(),
                to: self.folder(),
                all: self.below(4) == 0,
            },
            35..45 => Operation::Move {
                from: self.path(),
                to: self.folder(),
            },
            45..55 => Operation::Rename {
                path: self.path(),
                name: self.name(),
            },
            55..62 => Operation::AddTags {
                ids: self.ids(known),
                tag: self.tag(),
            },
            62..67 => Operation::RemoveTags {
                ids: self.ids(known),
                tag: self.tag(),
            },
            67..72 => Operation::Delete { id: self.id(known) },
            72..74 => Operation::DeleteAll {
                ids: self.ids(known),
            },
            74..85 => Operation::List {
                folder: self.folder(),
            },
            85..89 => Operation::Versions { id: self.id(known) },
            89..92 => Operation::CreateFolder {
                parent: self.folder(),
                name: format!("g{}", self.below(2)),
            },
            92..94 => Operation::DeleteFolder {
                path: self.folder(),
            },
            94..96 => Operation::CopyFolder {
                from: self.subfolder(),
                to: self.top_folder(),
            },
            96..98 => Operation::MoveFolder {
                from: self.subfolder(),
                to: self.top_folder(),
            },
            _ => Operation::RenameFolder {
                path: self.folder(),
                name: format!("g{}", self.below(2)),
            },
        }
    }
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap()
}

fn request(account: &Account, operation: &Operation) -> RequestBuilder {
    let post = |path: &str, body: Value| account.api(Method::POST, path).json(&body);
    match operation {
        Operation::Upload {
            path,
            content,
            overwrite,
        } => {
            let (folder, name) = split(path);
            let form = exact(folder, name, content.as_bytes())
                .text("overwriteFile", overwrite.to_string())
                // The tags stay.
                .text("overwriteTags", "false");
            account
                .api(Method::POST, "/api/v1/files/upload")
                .multipart(form)
        }
        Operation::Copy { from, to, all } => post(
            "/v1/files/copy",
            json!({ "sourceFilePath": from, "destinationPath": to, "includeFileVersions": all }),
        ),
        Operation::Move { from, to } => post(
            "/v1/files/move",
            json!({ "sourceFilePath": from, "destinationPath": to }),
        ),
        Operation::Rename { path, name } => account
            .api(Method::PUT, "/v1/files/rename")
            .json(&json!({ "filePath": path, "newFileName": name })),
        Operation::AddTags { ids, tag } => post(
            "/v1/files/addTags",
            json!({ "fileIds": ids, "tags": [tag] }),
        ),
        Operation::RemoveTags { ids, tag } => post(
            "/v1/files/removeTags",
            json!({ "fileIds": ids, "tags": [tag] }),
        ),
        Operation::Delete { id } => account.api(Method::DELETE, &format!("/v1/files/{id}")),
        Operation::DeleteAll { ids } => {
            post("/v1/files/batch/deleteByFileIds", json!({ "fileIds": ids }))
        }
        Operation::List { folder } => account.api(
            Method::GET,
            &format!("/v1/files?path={folder}&sort=ASC_NAME"),
        ),
        Operation::Versions { id } => account.api(Method::GET, &format!("/v1/files/{id}/versions")),
        Operation::CreateFolder { parent, name } => post(
            "/v1/folder",
            json!({ "folderName": name, "parentFolderPath": parent }),
        ),
        Operation::DeleteFolder { path } => account
            .api(Method::DELETE, "/v1/folder")
            .json(&json!({ "folderPath": path })),
        Operation::CopyFolder { from, to } => post(
            "/v1/bulkJobs/copyFolder",
            json!({ "sourceFolderPath": from, "destinationPath": to, "includeVersions": true }),
        ),
        Operation::MoveFolder { from, to } => post(
            "/v1/bulkJobs/moveFolder",
            json!({ "sourceFolderPath": from, "destinationPath": to }),
        ),
        Operation::RenameFolder { path, name } => post(
            "/v1/bulkJobs/renameFolder",
            json!({ "folderPath": path, "newFolderName": name }),
        ),
    }
}

/// What the model knows of a file.
#[derive(Clone, Debug, PartialEq)]
struct File {
    /// `None` for a file that a copy has made: its reply has no id.
    id: Option<String>,
    /// The current one first.
    versions: Vec<Version>,
}

#[derive(Clone, Debug, PartialEq)]
struct Version {
    number: usize,
    size: usize,
    tags: BTreeSet<String>,
}

impl File {
    fn new(id: Option<String>, versions: &[Version]) -> Self {
        let mut file = Self {
            id,
            versions: Vec::new(),
        };
        for version in versions {
            file.append(version);
        }
        file
    }

    fn append(&mut self, version: &Version) {
        let last = self.versions.iter().map(|version| version.number).max();
        let number = last.unwrap_or_default() + 1;
        self.versions.insert(
            0,
            Version {
                number,
                ..version.clone()
            },
        );
    }

    fn has_room_for(&self, versions: usize) -> bool {
        self.versions.len() + versions <= MAX_VERSIONS
    }

    fn oldest_first(&self) -> Vec<Version> {
        self.versions.iter().rev().cloned().collect()
    }
}

/// An account that carries operations out one by one.
#[derive(Default)]
struct Model {
    files: BTreeMap<String, File>,
    folders: BTreeSet<String>,
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
}

fn is_in(path: &str, folder: &str) -> bool {
    path == folder || is_below(path, folder)
}

impl Model {
    fn create_folder(&mut self, folder: &str) {
        let mut folder = folder;
        while !folder.is_empty() {
            self.folders.insert(folder.to_owned());
            folder = split(folder).0;
        }
    }

    fn path_of(&self, id: &str) -> Option<String> {
        let mut files = self.files.iter();
        let found = files.find(|(_, file)| file.id.as_deref() == Some(id));
        found.map(|(path, _)| path.clone())
    }

    /// Adds versions to the file at a path, or a new file of them.
    fn arrive(&mut self, path: &str, versions: &[Version]) -> bool {
        match self.files.get_mut(path) {
            Some(file) if !file.has_room_for(versions.len()) => return false,
            Some(file) => versions.iter().for_each(|version| file.append(version)),
            None => {
                self.create_folder(split(path).0);
                self.files
                    .insert(path.to_owned(), File::new(None, versions));
            }
        }
        true
    }

    fn relocate(&mut self, from: &str, to: &str) -> bool {
        if self.files.contains_key(to) {
            let versions = self.files[from].oldest_first();
            let has_arrived = self.arrive(to, &versions);
            if has_arrived {
                self.files.remove(from);
            }
            return has_arrived;
        }
        self.create_folder(split(to).0);
        let file = self.files.remove(from).unwrap();
        self.files.insert(to.to_owned(), file);
        true
    }

    fn change_all(&mut self, ids: &[String], change: impl Fn(&mut Self, &str)) -> u16 {
        let paths: Option<BTreeSet<_>> = ids.iter().map(|id| self.path_of(id)).collect();
        let Some(paths) = paths else { return 404 };
        paths.iter().for_each(|path| change(self, path));
        200
    }

    fn change_tags(&mut self, ids: &[String], change: impl Fn(&mut BTreeSet<String>)) -> u16 {
        self.change_all(ids, |model, path| {
            change(&mut model.files.get_mut(path).unwrap().versions[0].tags);
        })
    }

    fn job(&mut self, from: &str, to: &str, is_copy: bool) {
        let target = |path: &str| format!("{to}{}", path.strip_prefix(from).unwrap());
        let folders: Vec<_> = self
            .folders
            .iter()
            .filter(|path| is_in(path, from))
            .cloned()
            .collect();
        let files: Vec<_> = self
            .files
            .keys()
            .filter(|path| is_below(path, from))
            .cloned()
            .collect();
        for folder in &folders {
            self.create_folder(&target(folder));
        }
        let mut left = Vec::new();
        for path in files {
            let moved = match is_copy {
                true => {
                    let versions = self.files[&path].oldest_first();
                    self.arrive(&target(&path), &versions)
                }
                false => self.relocate(&path, &target(&path)),
            };
            if !moved {
                left.push(path);
            }
        }
        if !is_copy {
            // A file that has no room at its target keeps its folders.
            for folder in folders
                .iter()
                .filter(|folder| !left.iter().any(|path| is_in(path, folder)))
            {
                self.folders.remove(folder);
            }
        }
    }

    fn start(&mut self, from: &str, to: &str, kind: &str) -> u16 {
        if !self.folders.contains(from) {
            return 404;
        }
        if kind == "rename" && self.folders.contains(to) {
            return 409;
        }
        if is_in(to, from) {
            return 400;
        }
        self.job(from, to, kind == "copy");
        if kind == "rename" { 202 } else { 200 }
    }

    /// Carries an operation out. Returns the status, and what the body has of what the model knows.
    fn perform(&mut self, operation: &Operation, reply: &Value) -> (u16, Value) {
        let ids_of = |name: &str, status: u16, ids: &[String]| match status {
            200 => {
                let mut done: Vec<&String> = Vec::new();
                for id in ids {
                    if !done.contains(&id) {
                        done.push(id);
                    }
                }
                json!({ name: done })
            }
            _ => Value::Null,
        };
        match operation {
            Operation::Upload {
                path,
                content,
                overwrite,
            } => {
                let mut version = Version {
                    number: 1,
                    size: content.len(),
                    tags: BTreeSet::new(),
                };
                match self.files.get_mut(path) {
                    Some(_) if !overwrite => return (400, Value::Null),
                    Some(file) if !file.has_room_for(1) => return (400, Value::Null),
                    Some(file) => {
                        version.tags = file.versions[0].tags.clone();
                        file.append(&version);
                        // The reply has the id of a file that a copy has made.
                        let id = reply["fileId"].as_str().map(str::to_owned);
                        if file.id.is_none() {
                            file.id = id;
                        }
                    }
                    None => {
                        self.create_folder(split(path).0);
                        let id = reply["fileId"].as_str().map(str::to_owned);
                        assert!(
                            self.path_of(id.as_deref().unwrap()).is_none(),
                            "a new id: {reply}"
                        );
                        self.files.insert(path.clone(), File::new(id, &[version]));
                    }
                }
                let file = &self.files[path];
                let version = format!("Version {}", file.versions[0].number);
                (
                    200,
                    json!({ "fileId": file.id, "filePath": path, "size": content.len(), "version": version }),
                )
            }
            Operation::Copy { from, to, all } => {
                let Some(file) = self.files.get(from) else {
                    return (404, Value::Null);
                };
                let target = format!("{to}/{}", split(from).1);
                let mut versions = file.oldest_first();
                if !all {
                    versions.drain(..versions.len() - 1);
                }
                let done = target != *from && self.arrive(&target, &versions);
                (if done { 204 } else { 400 }, Value::Null)
            }
            Operation::Move { from, to } => {
                if !self.files.contains_key(from) {
                    return (404, Value::Null);
                }
                let target = format!("{to}/{}", split(from).1);
                let done = target != *from && self.relocate(from, &target);
                (if done { 204 } else { 400 }, Value::Null)
            }
            Operation::Rename { path, name } => {
                if !self.files.contains_key(path) {
                    return (404, Value::Null);
                }
                let target = format!("{}/{name}", split(path).0);
                if self.files.contains_key(&target) {
                    return (409, Value::Null);
                }
                self.relocate(path, &target);
                (200, json!({}))
            }
            Operation::AddTags { ids, tag } => {
                let status = self.change_tags(ids, |tags| {
                    tags.insert(tag.clone());
                });
                (status, ids_of("successfullyUpdatedFileIds", status, ids))
            }
            Operation::RemoveTags { ids, tag } => {
                let status = self.change_tags(ids, |tags| {
                    tags.remove(tag);
                });
                (status, ids_of("successfullyUpdatedFileIds", status, ids))
            }
            Operation::Delete { id } => match self.path_of(id) {
                Some(path) => {
                    self.files.remove(&path);
                    (204, Value::Null)
                }
                None => (404, Value::Null),
            },
            Operation::DeleteAll { ids } => {
                let status = self.change_all(ids, |model, path| {
                    model.files.remove(path);
                });
                (status, ids_of("successfullyDeletedFileIds", status, ids))
            }
            Operation::List { folder } => {
                let files = self
                    .files
                    .iter()
                    .filter(|(path, _)| split(path).0 == folder);
                let list = files
                    .map(|(path, file)| described(path, file.id.as_deref(), &file.versions[0]));
                (200, list.collect())
            }
            Operation::Versions { id } => match self.path_of(id) {
                Some(path) => {
                    let versions = self.files[&path].versions.iter();
                    (
                        200,
                        versions
                            .map(|version| described(&path, Some(id), version))
                            .collect(),
                    )
                }
                None => (404, Value::Null),
            },
            Operation::CreateFolder { parent, name } => {
                self.create_folder(&format!("{parent}/{name}"));
                (201, json!({}))
            }
            Operation::DeleteFolder { path } => {
                if !self.folders.contains(path) {
                    return (404, Value::Null);
                }
                self.files.retain(|file, _| !is_below(file, path));
                self.folders.retain(|folder| !is_in(folder, path));
                (204, Value::Null)
            }
            Operation::CopyFolder { from, to } => {
                let status = self.start(from, &format!("{to}/{}", split(from).1), "copy");
                (status, Value::Null)
            }
            Operation::MoveFolder { from, to } => {
                let status = self.start(from, &format!("{to}/{}", split(from).1), "move");
                (status, Value::Null)
            }
            Operation::RenameFolder { path, name } => {
                let status = self.start(path, &format!("{}/{name}", split(path).0), "rename");
                (status, Value::Null)
            }
        }
    }
}

fn described(path: &str, id: Option<&str>, version: &Version) -> Value {
    json!({
        "fileId": id,
        "filePath": path,
        "size": version.size,
        "version": format!("Version {}", version.number),
        "tags": version.tags,
    })
}

/// What a reply has of what the model knows. `model` says whose ids are known.
fn seen(operation: &Operation, status: u16, body: &Value, model: &Value) -> Value {
    let file = |file: &Value, model: &Value| {
        let tags: BTreeSet<&str> = file["tags"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let id = match model["fileId"].is_null() {
            true => &Value::Null,
            false => &file["fileId"],
        };
        json!({
            "fileId": id,
            "filePath": file["filePath"],
            "size": file["size"],
            "version": file["versionInfo"]["name"],
            "tags": tags,
        })
    };
    match (operation, status) {
        (Operation::List { .. } | Operation::Versions { .. }, 200) => {
            let list = body.as_array().unwrap().iter();
            list.enumerate()
                .map(|(index, item)| file(item, &model[index]))
                .collect()
        }
        (Operation::Upload { .. }, 200) => {
            let mut upload = file(body, model);
            upload.as_object_mut().unwrap().remove("tags");
            upload
        }
        (
            Operation::CopyFolder { .. }
            | Operation::MoveFolder { .. }
            | Operation::RenameFolder { .. },
            _,
        )
        | (_, 400..) => Value::Null,
        _ => body.clone(),
    }
}

async fn send(account: &Account, operation: Operation) -> Done {
    let response = request(account, &operation).send().await.unwrap();
    let status = response.status().as_u16();
    let sequence = response.headers()["x-ik-test-sequence"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let body = response.text().await.unwrap();
    let body = match body.as_str() {
        "" => Value::Null,
        body => serde_json::from_str(body).unwrap(),
    };
    Done {
        sequence,
        operation,
        status,
        body,
    }
}

/// Sends the operations of all clients at once, and replays them one by one on a model.
async fn replay(account: &Account, operations: usize) -> Model {
    let clients = (0..CLIENTS).map(|client| {
        // The first clients take what is left over.
        let share = operations / CLIENTS + usize::from(client < operations % CLIENTS);
        async move {
            let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ (client as u64 + 1));
            let mut known: Vec<String> = Vec::new();
            let mut done = Vec::new();
            for step in 0..share {
                let content = "x".repeat(1 + (client * 31 + step * 7) % 500);
                let operation = random.operation(&known, content);
                let answer = send(account, operation).await;
                let files = answer
                    .body
                    .as_array()
                    .into_iter()
                    .flatten()
                    .chain([&answer.body]);
                for id in files.filter_map(|file| file["fileId"].as_str()) {
                    known.push(id.to_owned());
                }
                // The newest are the likeliest to be there.
                known.drain(..known.len().saturating_sub(12));
                done.push(answer);
            }
            done
        }
    });
    let mut done: Vec<Done> = join_all(clients).await.into_iter().flatten().collect();
    assert_eq!(done.len(), operations);
    done.sort_by_key(|done| done.sequence);
    assert!(
        done.windows(2)
            .all(|pair| pair[0].sequence < pair[1].sequence),
        "each has its own number"
    );

    // The server has recorded the same order.
    let mut recorded: Vec<_> = account
        .server
        .requests()
        .iter()
        .map(|request| request.sequence())
        .collect();
    recorded.sort_unstable();
    assert_eq!(
        recorded,
        done.iter()
            .map(|done| Some(done.sequence))
            .collect::<Vec<_>>()
    );

    let mut model = Model::default();
    let mut outcomes = BTreeMap::new();
    for Done {
        sequence,
        operation,
        status,
        body,
    } in &done
    {
        learn(&mut model, operation, *status, body);
        let (expected, known) = model.perform(operation, body);
        assert_eq!(*status, expected, "{sequence}: {operation:?}: {body}");
        let expected = if *status >= 400 { Value::Null } else { known };
        assert_eq!(
            seen(operation, *status, body, &expected),
            expected,
            "{sequence}: {operation:?}"
        );
    }
    // Each kind of operation was tried for real: most can succeed and fail.
    for done in &done {
        let kind = std::mem::discriminant(&done.operation);
        let outcome = (format!("{kind:?}"), done.status < 400);
        *outcomes.entry(outcome).or_insert(0) += 1;
    }
    assert!(outcomes.len() >= 27, "{outcomes:?}");
    model
}

/// Learns the ids of files that copies have made from lists.
fn learn(model: &mut Model, operation: &Operation, status: u16, body: &Value) {
    if !matches!((operation, status), (Operation::List { .. }, 200)) {
        return;
    }
    for file in body.as_array().unwrap() {
        let (Some(id), Some(path)) = (file["fileId"].as_str(), file["filePath"].as_str()) else {
            panic!("{file}");
        };
        let is_new = model.path_of(id).is_none();
        if let Some(file) = model.files.get_mut(path)
            && file.id.is_none()
        {
            assert!(is_new, "{id} is the id of another file");
            file.id = Some(id.to_owned());
        }
    }
}

/// Compares everything that there is at the end.
async fn assert_same(account: &Account, model: &mut Model) {
    let (_, folders) = account.get("/v1/files?type=folder").await;
    let folders: BTreeSet<_> = folders
        .as_array()
        .unwrap()
        .iter()
        .map(|folder| folder["folderPath"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(folders, model.folders);
    let (_, files) = account.get("/v1/files").await;
    let files = files.as_array().unwrap();
    assert_eq!(files.len(), model.files.len());
    for file in files {
        let (id, path) = (
            file["fileId"].as_str().unwrap(),
            file["filePath"].as_str().unwrap(),
        );
        let known = &model.files[path];
        assert!(
            known.id.as_deref().is_none_or(|known| known == id),
            "{file}"
        );
        let operation = Operation::Versions { id: id.to_owned() };
        let (status, versions) = account.get(&format!("/v1/files/{id}/versions")).await;
        let expected: Value = known
            .versions
            .iter()
            .map(|version| described(path, Some(id), version))
            .collect();
        assert_eq!(seen(&operation, status, &versions, &expected), expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_operations_happen_one_by_one() {
    let account = Account::start().await;
    let mut model = replay(&account, OPERATIONS).await;
    assert_same(&account, &mut model).await;
}

/// With a directory, a change takes longer than a look at the state.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_directory_changes_nothing_about_that() {
    let directory = std::env::temp_dir().join(format!("imagekitio-serial-{}", std::process::id()));
    // A process that was killed may have left it.
    let _ = std::fs::remove_dir_all(&directory);
    let account = Account::on(Server::builder().directory(&directory))
        .await
        .unwrap();
    let mut model = replay(&account, OPERATIONS / 10).await;
    assert_same(&account, &mut model).await;
    drop(account);
    // A later server has the same.
    let account = Account::on(Server::builder().directory(&directory))
        .await
        .unwrap();
    assert_same(&account, &mut model).await;
    drop(account);
    std::fs::remove_dir_all(directory).unwrap();
}
