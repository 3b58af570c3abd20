//! The code samples of the documentation of ImageKit's Python SDK 4.x, in Rust. Each prints one line
//! and checks its result, byte for byte where the documentation prints one. Requests go to a server
//! in process. The program fails if a sample fails.
//!
//! ```sh
//! cargo run --example python_samples
//! ```
//!
//! The documentation consists of the quick start guide for Python and the package page of
//! `imagekitio` 4.2.0. Where a result on these pages can't come from its input, the sample checks
//! the right result, and a comment says what is wrong.
//!
//! # Quick start guide
//!
//! | section | call | sample |
//! |---|---|---|
//! | Initialize SDK | `ImageKit(...)` | `urls::initialize` |
//! | Uploading images | `upload_file` with a URL | `uploads::from_url` |
//! | Uploading images | `print(result)`, `response_metadata.raw` | `uploads::print_result` |
//! | Generating URL for rendering images | `url` | `urls::plain_path` |
//! | Height and width manipulation | `url` with `raw` | `urls::resize_and_raw` |
//! | Applying chained transformations | `'effectGray'`, `'e-grayscale'` | `urls::grayscale` |
//! | Chained transformations | `url` with `transformation_position` | `urls::resize_in_query` |
//! | Chained transformations | `url` | `urls::resize_then_rotate` |
//! | Chained transformations, flipped | `url` | `urls::rotate_then_resize` |
//! | Image enhancement & color manipulation | `url` | `urls::enhance` |
//! | Resizing images | `url` | `urls::resize` |
//! | Quality manipulation | `url` | `urls::quality` |
//! | Adding overlays: text | `url` with `raw` | `urls::text_overlay` |
//! | Adding overlays: image | `url` with `raw` | `urls::image_overlay` |
//! | Adding overlays: solid color block | `url` with `raw` | `urls::block_on_image` |
//! | Server-side file upload | `upload_file` with an open file | `uploads::from_path` |
//! | Server-side file upload, result | `response_metadata.raw` | `uploads::print_result` |
//! | Server-side file upload | `upload_file` with all options | `uploads::all_options` |
//! | List & search files | `list_files` | `files::list` |
//! | List & search files | `list_files` with filters | `files::list_with_filters` |
//! | List & search files | `list_files` with `search_query` | `files::search_by_size_and_tags` |
//! | Get file details | `get_file_details` | `files::details` |
//! | Get file versions | `get_file_versions` | `files::versions` |
//! | Get file version details | `get_file_version_details` | `files::version_details` |
//! | Update file details | `update_file_details` | `files::update` |
//! | Add tags | `add_tags` | `files::add_tags` |
//! | Remove tags | `remove_tags` | `files::remove_tags` |
//! | Remove AI tags | `remove_ai_tags` | `files::remove_ai_tags` |
//! | Delete file | `delete_file` | `files::delete` |
//! | Delete file version | `delete_file_version` | `files::delete_version` |
//! | Bulk file delete | `bulk_delete` | `files::delete_many` |
//! | Copy file | `copy_file` | `files::copy` |
//! | Move file | `move_file` | `files::move_to` |
//! | Rename file | `rename_file` | `files::rename` |
//! | Rename file | `rename_file` with `purge_cache` | `files::rename_and_purge` |
//! | Restore file version | `restore_file_version` | `files::restore_version` |
//! | Create folder | `create_folder` | `folders::create` |
//! | Delete folder | `delete_folder` | `folders::delete` |
//! | Copy folder | `copy_folder` | `folders::copy` |
//! | Move folder | `move_folder` | `folders::move_to` |
//! | Get bulk job status | `get_bulk_job_status` | `folders::job_status` |
//! | Purge cache | `purge_cache` | `cache::purge` |
//! | Purge cache status | `get_purge_cache_status` | `cache::purge_status` |
//! | Get file metadata | `get_metadata` | `metadata::of_file` |
//! | Get file metadata from remote URL | `get_remote_url_metadata` | `metadata::of_url` |
//! | Create custom metadata fields | `create_custom_metadata_fields`, `Number` | `metadata::create_number_field` |
//! | Create custom metadata fields | `create_custom_metadata_fields`, `MultiSelect` | `metadata::create_multi_select_field` |
//! | Get custom metadata fields | `get_custom_metadata_fields` | `metadata::list_fields` |
//! | Get custom metadata fields | `get_custom_metadata_fields` with `include_deleted` | `metadata::list_deleted_fields` |
//! | Update custom metadata fields | `update_custom_metadata_fields` | `metadata::update_field` |
//! | Delete custom metadata fields | `delete_custom_metadata_field` | `metadata::delete_field` |
//!
//! # Package page
//!
//! | section | call | sample |
//! |---|---|---|
//! | Initialization | `ImageKit(...)` | `urls::initialize` |
//! | URL generation 1 | `url` with `path` and `url_endpoint` | `urls::path_and_endpoint` |
//! | URL generation 2 | `url` with `src` | `urls::src` |
//! | Examples of URLs 1 | `url`, chained, in the query | `urls::chain_in_query` |
//! | Examples of URLs 2 | `url` with `effect_sharpen` | `urls::enhance_src` |
//! | Examples of URLs 3 | `url` with `signed`, `expire_seconds` | `urls::signed_for_five_minutes` |
//! | Examples of URLs 4, text | `url` with `raw` | `urls::text_overlay` |
//! | Examples of URLs 4, image | `url` with `raw` | `urls::image_overlay` |
//! | Examples of URLs 4, solid color block | `url` with `raw` | `urls::block_on_video` |
//! | Examples of URLs 5 | `url` with arithmetic | `urls::arithmetic` |
//! | List of transformations | names in `transformation` | `urls::every_transformation` |
//! | File upload | `upload_file` with `<url>` | `uploads::from_url` |
//! | File upload | `upload_file` with `<base_64>` | `uploads::from_base64` |
//! | File upload | `upload_file` with `<binary>` and all options | `uploads::all_options` |
//! | File upload, failure | `response_help`, `message` | `uploads::refused` |
//! | File management 1 | `list_files` with filters | `files::list_with_filters` |
//! | File management 1 | `list_files` with `search_query` | `files::search_by_age_or_format` |
//! | File management 2 | `get_file_details` | `files::details` |
//! | File management 3 | `get_file_versions` | `files::versions` |
//! | File management 4 | `get_file_version_details` | `files::version_details` |
//! | File management 5 | `update_file_details` | `files::update` |
//! | File management 5 | `update_file_details` with `publish` | `files::publish` |
//! | File management 6 | `add_tags` | `files::add_tags` |
//! | File management 7 | `remove_tags` | `files::remove_tags` |
//! | File management 8 | `remove_ai_tags` | `files::remove_ai_tags` |
//! | File management 9 | `delete_file` | `files::delete` |
//! | File management 10 | `delete_file_version` | `files::delete_version` |
//! | File management 11 | `bulk_file_delete` | `files::delete_many` |
//! | File management 12 | `copy_file` | `files::copy` |
//! | File management 13 | `move_file` | `files::move_to` |
//! | File management 14 | `rename_file` with `purge_cache` | `files::rename_and_purge` |
//! | File management 15 | `restore_file_version` | `files::restore_version` |
//! | File management 16 | `create_folder` | `folders::create` |
//! | File management 17 | `delete_folder` | `folders::delete` |
//! | File management 18 | `copy_folder` | `folders::copy` |
//! | File management 19 | `move_folder` | `folders::move_to` |
//! | File management 20 | `get_bulk_job_status` | `folders::job_status` |
//! | File management 21 | `purge_file_cache` | `cache::purge` |
//! | File management 22 | `get_purge_file_cache_status` | `cache::purge_status` |
//! | File management 23 | `get_file_metadata` | `metadata::of_file` |
//! | File management 24 | `get_remote_file_url_metadata` | `metadata::of_url` |
//! | File management 25 | `create_custom_metadata_fields`, `Number` | `metadata::create_number_field` |
//! | File management 25 | `create_custom_metadata_fields`, `MultiSelect` | `metadata::create_multi_select_field` |
//! | File management 25 | `create_custom_metadata_fields`, `Date` | `metadata::create_date_field` |
//! | File management 26 | `get_custom_metadata_fields` | `metadata::list_fields` |
//! | File management 26 | `get_custom_metadata_fields` with `include_deleted` | `metadata::list_deleted_fields` |
//! | File management 27 | `update_custom_metadata_fields` | `metadata::update_field` |
//! | File management 28 | `delete_custom_metadata_field` | `metadata::delete_field` |
//! | Authentication parameters | `get_authentication_parameters(token, expire)` | `helpers::authentication_parameters` |
//! | Authentication parameters | `get_authentication_parameters()` | `helpers::default_authentication_parameters` |
//! | Authentication parameters, result | the JSON object | `helpers::authentication_parameters` |
//! | Distance of pHash values | `calculate_distance` | `helpers::distance_of_files` |
//! | Distance of pHash values | `phash_distance` | `helpers::same_image`, `helpers::similar_images`, `helpers::dissimilar_images` |
//! | HTTP response metadata | `response_metadata` | `helpers::response_metadata` |
//! | Sample | `ImageKit(...)` | `urls::initialize` |
//! | Handling errors | `except BadRequestException` | `errors::bad_request` |
//! | Handling errors | `except UnauthorizedException` | `errors::unauthorized` |
//! | Handling errors | `except ForbiddenException` | `errors::forbidden` |
//! | Handling errors | `except TooManyRequestsException` | `errors::too_many_requests` |
//! | Handling errors | `except InternalServerException` | `errors::internal_server` |
//! | Handling errors | `except PartialSuccessException` | `errors::partial_success` |
//! | Handling errors | `except NotFoundException` | `errors::not_found` |
//! | Handling errors | `ConflictException`, which the page omits | `errors::conflict` |
//! | Handling errors | `except UnknownException` | `errors::unknown` |
//!
//! The shell commands of both pages have no sample: they install the SDK, run its tests and run a
//! program with samples. In Rust these are `cargo add imagekitio`, `cargo test` and this example.

mod cache;
mod errors;
mod files;
mod folders;
mod helpers;
mod metadata;
mod uploads;
mod urls;

use std::collections::BTreeSet;
use std::error::Error;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use imagekitio::types::Upload;
use imagekitio::{ImageKit, UploadSource};
use imagekitio_testing::Server;

/// What a sample prints.
type Outcome = Result<String, Box<dyn Error>>;

/// A server without files, and a client for it. Each sample has a new one.
struct Account {
    ik: ImageKit,
    server: Server,
}

const PICTURE: &[u8] = include_bytes!("../quickstart.jpg");

impl Account {
    async fn open() -> Result<Self, Box<dyn Error>> {
        let server = Server::start().await?;
        let ik = ImageKit::builder()
            .private_key(server.private_key())
            .public_key(server.public_key())
            .url_endpoint(server.url_endpoint())
            .base_url(server.url())
            .build()?;
        Ok(Self { ik, server })
    }

    /// Uploads a file that a sample works with. A second file at the same path becomes its newest
    /// version.
    async fn upload(&self, path: &str) -> Result<Upload, imagekitio::Error> {
        let (folder, name) = path.rsplit_once('/').unwrap_or_default();
        let source = UploadSource::bytes(name, PICTURE);
        let upload = self.ik.upload(source).folder(format!("{folder}/"));
        upload.use_unique_file_name(false).await?.into_file()
    }
}

/// Lists samples by name: those that only compute, and those that use an account.
macro_rules! samples {
    (
        compute { $($local:ident::{$($computed:ident),*},)* }
        request { $($remote:ident::{$($requested:ident),*},)* }
    ) => {
        &[
            $($((
                concat!(stringify!($local), "::", stringify!($computed)),
                || async { $local::$computed() }.boxed_local(),
            ),)*)*
            $($((
                concat!(stringify!($remote), "::", stringify!($requested)),
                || async { $remote::$requested(&Account::open().await?).await }.boxed_local(),
            ),)*)*
        ]
    };
}

type Sample = (&'static str, fn() -> LocalBoxFuture<'static, Outcome>);

const SAMPLES: &[Sample] = samples! {
    compute {
        urls::{
            initialize, plain_path, resize_and_raw, grayscale, resize_in_query, resize_then_rotate,
            rotate_then_resize, enhance, resize, quality, text_overlay, image_overlay,
            block_on_image, path_and_endpoint, src, chain_in_query, enhance_src,
            signed_for_five_minutes, block_on_video, arithmetic, every_transformation
        },
        helpers::{
            authentication_parameters, default_authentication_parameters, same_image,
            similar_images, dissimilar_images
        },
    }
    request {
        uploads::{from_url, print_result, from_path, from_base64, all_options, refused},
        files::{
            list, list_with_filters, search_by_size_and_tags, search_by_age_or_format, details,
            versions, version_details, update, publish, add_tags, remove_tags, remove_ai_tags,
            delete, delete_version, delete_many, copy, move_to, rename, rename_and_purge,
            restore_version
        },
        folders::{create, delete, copy, move_to, job_status},
        cache::{purge, purge_status},
        metadata::{
            of_file, of_url, create_number_field, create_multi_select_field, create_date_field,
            list_fields, list_deleted_fields, update_field, delete_field
        },
        helpers::{distance_of_files, response_metadata},
        errors::{
            bad_request, unauthorized, forbidden, too_many_requests, internal_server,
            partial_success, not_found, conflict, unknown
        },
    }
};

#[tokio::main]
async fn main() -> ExitCode {
    let mut failed = 0;
    for (name, run) in SAMPLES {
        let outcome = AssertUnwindSafe(run()).catch_unwind().await;
        let outcome = outcome.unwrap_or_else(|_| Err("see the assertion on standard error".into()));
        match outcome {
            Ok(result) => println!("{name:42} {result}"),
            Err(error) => {
                failed += 1;
                println!("{name:42} FAILED: {error}");
            }
        }
    }
    println!("{} samples, {failed} failed", SAMPLES.len());

    let names = SAMPLES.iter().map(|(name, _)| *name).collect();
    let differing: Vec<_> = tabulated().symmetric_difference(&names).copied().collect();
    if !differing.is_empty() {
        println!("not both in the tables and in the list: {differing:?}");
    }
    ExitCode::from(u8::from(failed > 0 || !differing.is_empty()))
}

/// The names of the samples in the tables at the top of this file.
fn tabulated() -> BTreeSet<&'static str> {
    include_str!("main.rs")
        .lines()
        .filter(|line| line.starts_with("//! |"))
        .flat_map(|row| row.split('`').skip(1).step_by(2))
        .filter(|code| code.contains("::"))
        .collect()
}
