//! The behavior of each operation through the public API: against the test server always, and
//! against a real account when its credentials are in the environment.
//!
//! ```sh
//! IMAGEKIT_CONFORMANCE_PRIVATE_KEY=private_... \
//! IMAGEKIT_CONFORMANCE_URL_ENDPOINT=https://ik.imagekit.io/your_id \
//!     cargo test --test conformance a_real_account -- --nocapture
//! ```
//!
//! On a real account, files go to one new folder with a unique name, which is deleted at the end,
//! also after a failure. Origins, webhooks and other settings are created under unique names and
//! deleted. A case that the account has no room or no permission for is skipped, and the reason is
//! printed. A run uses 2 of the purges of the month, and leaves behind the names of 5 deleted
//! custom metadata fields, which ImageKit doesn't give out again. `IMAGEKIT_CONFORMANCE_BASE_URL`
//! replaces the address of the API, such as for a proxy.
#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used
)]
#![cfg(feature = "client")]

mod account;
mod accounts;
mod cache;
mod fields;
mod files;
mod folders;
mod named_transformations;
mod saved_extensions;
mod uploads;
mod versions;

use account::{Account, Stop};
use imagekitio::raw::operations;
use imagekitio_testing::{Fault, Server};

/// One case for each operation: a test against the test server, and a part of the run on a real
/// account.
macro_rules! cases {
    ($($module:ident { $($id:literal => $name:ident,)* })*) => {
        const CASES: &[&str] = &[$($($id,)*)*];

        async fn run(id: &str, account: &Account) -> Result<(), Stop> {
            match id {
                $($($id => $module::$name(account).await,)*)*
                _ => panic!("{id} has no case"),
            }
        }

        mod test_server {
            $($(
                #[tokio::test]
                async fn $name() {
                    super::on_the_test_server($id).await;
                }
            )*)*
        }
    };
}

cases! {
    uploads {
        "upload-file" => upload_file,
        "upload-file-v2" => upload_file_v2,
    }
    files {
        "list-and-search-assets" => list_and_search_assets,
        "get-file-details" => get_file_details,
        "update-file-details" => update_file_details,
        "delete-file" => delete_file,
        "delete-multiple-files" => delete_multiple_files,
        "add-tags-bulk" => add_tags_bulk,
        "remove-tags-bulk" => remove_tags_bulk,
        "remove-ai-tags-bulk" => remove_ai_tags_bulk,
        "copy-file" => copy_file,
        "move-file" => move_file,
        "rename-file" => rename_file,
        "get-uploaded-file-metadata" => get_uploaded_file_metadata,
        "get-metadata-from-url" => get_metadata_from_url,
    }
    versions {
        "list-file-versions" => list_file_versions,
        "get-file-version-details" => get_file_version_details,
        "delete-file-version" => delete_file_version,
        "restore-file-version" => restore_file_version,
    }
    folders {
        "create-folder" => create_folder,
        "delete-folder" => delete_folder,
        "copy-folder" => copy_folder,
        "move-folder" => move_folder,
        "rename-folder" => rename_folder,
        "bulk-job-status" => bulk_job_status,
    }
    cache {
        "purge-cache" => purge_cache,
        "purge-status" => purge_status,
    }
    fields {
        "create-new-field" => create_new_field,
        "list-all-fields" => list_all_fields,
        "update-existing-field" => update_existing_field,
        "delete-a-field" => delete_a_field,
    }
    saved_extensions {
        "create-extension" => create_extension,
        "list-extensions" => list_extensions,
        "get-extension" => get_extension,
        "update-extension" => update_extension,
        "delete-extension" => delete_extension,
    }
    named_transformations {
        "create-named-transformation" => create_named_transformation,
        "list-named-transformations" => list_named_transformations,
        "get-named-transformation" => get_named_transformation,
        "update-named-transformation" => update_named_transformation,
        "delete-named-transformation" => delete_named_transformation,
    }
    accounts {
        "get-usage" => get_usage,
        "get-usage-analytics" => get_usage_analytics,
        "create-origin" => create_origin,
        "list-origins" => list_origins,
        "get-origin" => get_origin,
        "update-origin" => update_origin,
        "delete-origin" => delete_origin,
        "create-url-endpoint" => create_url_endpoint,
        "list-url-endpoints" => list_url_endpoints,
        "get-url-endpoint" => get_url_endpoint,
        "update-url-endpoint" => update_url_endpoint,
        "delete-url-endpoint" => delete_url_endpoint,
        "create-webhook" => create_webhook,
        "list-webhooks" => list_webhooks,
        "get-webhook" => get_webhook,
        "update-webhook" => update_webhook,
        "delete-webhook" => delete_webhook,
    }
}

/// An operation that the document adds needs a case here.
#[test]
fn every_operation_has_a_case() {
    let mut known: Vec<&str> = operations::ALL
        .iter()
        .map(|operation| operation.id)
        .collect();
    let mut cases = CASES.to_vec();
    known.sort_unstable();
    cases.sort_unstable();
    assert_eq!(cases, known);
}

async fn on_the_test_server(id: &str) {
    let account = Account::on_the_test_server().await;
    let outcome = account.run(run(id, &account)).await;
    let sent = account.operations();
    if let Err(stop) = outcome {
        panic!("{id}: {stop}");
    }
    assert!(
        sent.iter().any(|operation| operation == id),
        "the case of {id} sends {sent:?}"
    );
}

#[tokio::test]
async fn a_real_account() {
    let account = match Account::from_env() {
        Ok(account) => account,
        Err(reason) => {
            println!("skipped: {reason}");
            return;
        }
    };
    let mut failed = Vec::new();
    for id in CASES {
        match account.run(run(id, &account)).await {
            Ok(()) => println!("{id:28} ok"),
            Err(Stop::Skipped(reason)) => println!("{id:28} skipped: {reason}"),
            Err(stop) => {
                println!("{id:28} FAILED: {stop}");
                failed.push(*id);
            }
        }
    }
    account.finish().await.unwrap();
    assert!(failed.is_empty(), "{failed:?}");
}

/// What a run on a real account leaves in it, also after failures.
#[tokio::test]
async fn a_real_account_is_left_as_it_was() {
    let server = Server::start().await.unwrap();
    let (key, endpoint) = (server.private_key(), server.url_endpoint());
    let account = Account::real(key, endpoint, Some(server.url())).unwrap();
    for id in CASES {
        if let Err(stop) = account.run(run(id, &account)).await {
            panic!("{id}: {stop}");
        }
    }
    // A case that fails halfway.
    let failing = async {
        account.store("below/a.txt", "a").await?;
        accounts::create_origin(&account).await?;
        saved_extensions::create_extension(&account).await?;
        panic!("on purpose");
    };
    let Err(Stop::Failed(reason)) = account.run(failing).await else {
        panic!("the failure is lost");
    };
    assert_eq!(reason, "on purpose");
    // An account that has no room.
    server.fail_next(Fault::status(403).on("create-webhook"));
    let skipped = account.run(run("get-webhook", &account)).await;
    assert!(matches!(skipped, Err(Stop::Skipped(_))), "{skipped:?}");

    let ik = account.ik.clone();
    account.finish().await.unwrap();
    assert!(ik.assets().list().kind("all").await.unwrap().is_empty());
    assert!(ik.custom_metadata_fields().list().await.unwrap().is_empty());
    assert!(ik.saved_extensions().list().await.unwrap().is_empty());
    assert!(ik.named_transformations().list().await.unwrap().is_empty());
    assert!(ik.accounts().origins().list().await.unwrap().is_empty());
    assert!(
        ik.accounts()
            .url_endpoints()
            .list()
            .await
            .unwrap()
            .is_empty()
    );
    assert!(ik.accounts().webhooks().list().await.unwrap().is_empty());
}
