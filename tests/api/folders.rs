//! Folders and their jobs, over real HTTP.

use std::time::Duration;

use imagekitio::ErrorKind;
use serde_json::json;
use support::calls::{
    answering, assert_attempts, assert_errors, assert_refused, assert_sent, call, client,
};
use support::{Scripted, Step, json as reply, pass, soon, until};

const JOB: &str = r#"{"jobId":"j1","type":"COPY_FOLDER","status":"Completed"}"#;
const TICK: Duration = Duration::from_millis(5);

#[tokio::test]
async fn requests_hold_what_is_given_and_nothing_else() {
    assert_sent(
        ("200 OK", JOB),
        |ik| {
            let folders = ik.folders();
            vec![
                call(folders.create("été", "/a b")),
                call(folders.delete("/a/\"b\"")),
                call(folders.copy("/a", "/b")),
                call(folders.copy("/a", "/b").include_versions(true)),
                call(folders.copy("/a", "/b").include_versions(false)),
                call(folders.move_to("/a", "/b")),
                call(folders.rename("/a", "c")),
                call(folders.rename("/a", "c").purge_cache(true)),
                call(folders.rename("/a", "c").purge_cache(false)),
                call(folders.job("j:1")),
                call(folders.wait_for_job("j1")),
            ]
        },
        &[
            (
                "POST /v1/folder",
                Some(json!({"folderName": "été", "parentFolderPath": "/a b"})),
            ),
            ("DELETE /v1/folder", Some(json!({"folderPath": "/a/\"b\""}))),
            (
                "POST /v1/bulkJobs/copyFolder",
                Some(json!({"sourceFolderPath": "/a", "destinationPath": "/b"})),
            ),
            (
                "POST /v1/bulkJobs/copyFolder",
                Some(json!({"sourceFolderPath": "/a", "destinationPath": "/b", "includeVersions": true})),
            ),
            (
                "POST /v1/bulkJobs/copyFolder",
                Some(json!({"sourceFolderPath": "/a", "destinationPath": "/b", "includeVersions": false})),
            ),
            (
                "POST /v1/bulkJobs/moveFolder",
                Some(json!({"sourceFolderPath": "/a", "destinationPath": "/b"})),
            ),
            (
                "POST /v1/bulkJobs/renameFolder",
                Some(json!({"folderPath": "/a", "newFolderName": "c"})),
            ),
            (
                "POST /v1/bulkJobs/renameFolder",
                Some(json!({"folderPath": "/a", "newFolderName": "c", "purgeCache": true})),
            ),
            (
                "POST /v1/bulkJobs/renameFolder",
                Some(json!({"folderPath": "/a", "newFolderName": "c", "purgeCache": false})),
            ),
            ("GET /v1/bulkJobs/j:1", None),
            ("GET /v1/bulkJobs/j1", None),
        ],
    )
    .await;
}

#[tokio::test]
async fn creation_and_deletion_succeed_with_and_without_a_body() {
    for status in ["200 OK", "201 Created", "204 No Content"] {
        for body in ["{}", "", r#"{"new":{"x":[1]}}"#] {
            if status.starts_with("204") && !body.is_empty() {
                continue;
            }
            let (_server, ik) = answering(status, body).await;
            let created = ik.folders().create("a", "/").await.unwrap();
            assert_eq!(created.http_status().to_string(), status[..3]);
            assert_eq!(created.body().as_ref(), body.as_bytes());
            ik.folders().delete("/a").await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_started_job_has_its_id() {
    for status in ["200 OK", "202 Accepted"] {
        let (_server, ik) = answering(status, r#"{"jobId":"j1","eta":null}"#).await;
        let folders = ik.folders();
        let copied = folders.copy("/a", "/b").await.unwrap();
        assert_eq!(copied.job_id, "j1");
        assert_eq!(copied.extra["eta"], json!(null));
        assert_eq!(folders.move_to("/a", "/b").await.unwrap().job_id, "j1");
        let renamed = folders.rename("/a", "b").await.unwrap();
        assert_eq!(renamed.job_id, "j1");
        assert_eq!(renamed.http_status().to_string(), status[..3]);
    }
}

#[tokio::test]
async fn a_job_tells_its_status() {
    let body = r#"{"jobId":"j1","type":"RENAME_FOLDER","status":"Completed","purgeRequestId":"p1","new":1}"#;
    let (_server, ik) = answering("200 OK", body).await;
    let job = ik.folders().job("j1").await.unwrap();
    assert_eq!(job.job_id, "j1");
    assert_eq!(job.purge_request_id.as_deref(), Some("p1"));
    assert_eq!(job.extra["new"], 1);
    assert!(job.is_completed() && !job.is_pending());

    let body = r#"{"jobId":"j1","type":"MERGE_FOLDER","status":"Halted","purgeRequestId":null}"#;
    let (_server, ik) = answering("200 OK", body).await;
    let job = ik.folders().job("j1").await.unwrap();
    assert!(!job.is_completed() && !job.is_pending());
    assert_eq!(job.into_inner().status.as_str(), "Halted");
    for body in ["{}", "", r#"{"jobId":"j1","type":null,"status":null}"#] {
        let (_server, ik) = answering("200 OK", body).await;
        let error = ik.folders().job("j1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        assert_eq!(error.body(), Some(body.as_bytes()));
    }
}

#[tokio::test]
async fn a_purge_that_failed_after_a_renaming_stays_visible() {
    for (state, purge_failed) in [("Partial success", true), ("Completed", false)] {
        let body = json!({"jobId": "j1", "type": "RENAME_FOLDER", "status": state, "message": "Quota.", "help": "Wait."});
        let (_server, ik) = answering("207 Multi-Status", &body.to_string()).await;
        for job in [
            ik.folders().job("j1").await.unwrap(),
            ik.folders().wait_for_job("j1").await.unwrap(),
        ] {
            assert_eq!(job.http_status(), 207);
            assert!(job.is_completed() && !job.is_pending(), "{state}");
            assert_eq!(job.purge_failed(), purge_failed, "{state}");
            assert_eq!(job.message.as_deref(), Some("Quota."));
            assert_eq!(job.help.as_deref(), Some("Wait."));
        }
    }
}

fn pending() -> Step {
    Step::Reply(reply(
        "200 OK",
        r#"{"jobId":"j1","type":"COPY_FOLDER","status":"Pending"}"#,
    ))
}

#[tokio::test]
async fn a_wait_asks_until_the_job_is_no_longer_pending() {
    for last in ["Completed", "Failed"] {
        let body = format!(r#"{{"jobId":"j1","type":"COPY_FOLDER","status":"{last}"}}"#);
        let done = Step::Reply(reply("200 OK", &body));
        let server = Scripted::start([pending(), pending(), pending(), done]).await;
        let interval = Duration::from_millis(40);
        let wait = client(&server)
            .folders()
            .wait_for_job("j1")
            .interval(interval);
        let job = wait.await.unwrap();
        assert_eq!(job.is_completed(), last == "Completed");
        assert_eq!(job.body().as_ref(), body.as_bytes());
        let gaps = server.gaps();
        assert_eq!(gaps.len(), 3);
        for (gap, least) in gaps.iter().zip([40, 80, 160]) {
            assert!(*gap >= Duration::from_millis(least), "{gaps:?}");
        }
    }
}

#[tokio::test]
async fn a_wait_that_takes_too_long_says_that_the_job_goes_on() {
    // The job is pending, and then the reply doesn't come.
    for steps in [vec![pending(), Step::Silent], vec![Step::Silent]] {
        let questions = steps.len();
        let server = Scripted::start(steps).await;
        let wait = client(&server).folders().wait_for_job("j1").interval(TICK);
        let wait = tokio::spawn(wait.total_timeout(Duration::from_secs(30)).into_future());
        until("the last question", || server.requests().len() == questions).await;
        pass(Duration::from_secs(31)).await;
        let error = soon(wait).await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!(
            error.to_string(),
            "bulk-job-status: the job did not finish within 30s (`total_timeout`), and continues; wait again, or request its status later"
        );
        assert!(error.may_have_been_sent());
        assert_eq!(server.requests().len(), questions);
    }
}

#[tokio::test]
async fn a_wait_ends_with_a_failure_and_outlasts_a_passing_one() {
    let missing = Step::Reply(reply("404 Not Found", "{}"));
    let server = Scripted::start([pending(), missing]).await;
    let wait = client(&server).folders().wait_for_job("j1").interval(TICK);
    assert_eq!(wait.await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(server.requests().len(), 2);

    let done = Step::Reply(reply(
        "200 OK",
        r#"{"jobId":"j1","type":"COPY_FOLDER","status":"Completed"}"#,
    ));
    let down = Step::Reply(reply("503 Service Unavailable", ""));
    let server = Scripted::start([pending(), Step::HangUp, down, done]).await;
    let wait = client(&server).folders().wait_for_job("j1").interval(TICK);
    assert!(wait.await.unwrap().is_completed());
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn refusals_of_the_server_have_their_kinds() {
    assert_errors(|ik| {
        let folders = ik.folders();
        vec![
            call(folders.create("a", "/")),
            call(folders.delete("/a")),
            call(folders.copy("/a", "/b")),
            call(folders.move_to("/a", "/b")),
            call(folders.rename("/a", "b")),
            call(folders.job("j1")),
            call(folders.wait_for_job("j1")),
        ]
    })
    .await;
}

#[tokio::test]
async fn bad_input_is_refused_before_the_request() {
    assert_refused(
        |ik| {
            let folders = ik.folders();
            vec![
                call(folders.create("", "/")),
                call(folders.create("a", "")),
                call(folders.delete("")),
                call(folders.copy("", "/b")),
                call(folders.copy("/a", "")),
                call(folders.move_to("", "/b")),
                call(folders.move_to("/a", "")),
                call(folders.rename("", "b")),
                call(folders.rename("/a", "")),
                call(folders.rename("/a", "/b/c")),
                call(folders.job("")),
                call(folders.wait_for_job("..")),
                call(folders.wait_for_job("j1").interval(Duration::ZERO)),
            ]
        },
        &[
            "folder_name: is empty; give the name of the new folder",
            "parent_folder_path: is empty; give the path of a folder, or `/` for the root",
            "folder_path: is empty; give the path of a folder, such as `/products`",
            "source_folder_path: is empty; give the path of a folder, such as `/products`",
            "destination_path: is empty; give the path of a folder, such as `/products`",
            "source_folder_path: is empty; give the path of a folder, such as `/products`",
            "destination_path: is empty; give the path of a folder, such as `/products`",
            "folder_path: is empty; give the path of a folder, such as `/products`",
            "new_folder_name: is empty; give a name without a path, such as `summer`",
            "new_folder_name: `/b/c` is not a valid name: it has a path; give a name such as `summer`, and use `move_to` to change the folder",
            "job_id: `` is not a valid id: it is empty; give the id that ImageKit assigned",
            "job_id: `..` is not a valid id: it is a path; give the id that ImageKit assigned",
            "interval: is zero, which would send requests without a pause; give a time such as one second",
        ],
    )
    .await;
}

#[tokio::test]
async fn only_what_may_be_done_twice_is_sent_again() {
    assert_attempts(
        |ik| {
            let folders = ik.folders();
            vec![
                call(folders.create("a", "/")),
                call(folders.copy("/a", "/b")),
                call(folders.move_to("/a", "/b")),
                call(folders.rename("/a", "b")),
            ]
        },
        1,
    )
    .await;
    assert_attempts(
        |ik| {
            let folders = ik.folders();
            vec![call(folders.delete("/a")), call(folders.job("j1"))]
        },
        3,
    )
    .await;
}
