//! Uploads in both versions.

use imagekitio::UploadSource;

use crate::account::{Account, Stop};

/// What both versions do alike.
macro_rules! upload {
    ($account:ident, $upload:ident) => {{
        let folder = $account.folder();
        let source = |text: &str| UploadSource::bytes("a b.txt", text.to_owned().into_bytes());
        let first = $account
            .ik
            .$upload(source("first"))
            .folder(&folder)
            .use_unique_file_name(false)
            .tags(["red", "round"])
            .description("The first.")
            .custom_coordinates("1,2,3,4")
            .response_fields(["tags", "customCoordinates", "isPublished", "isPrivateFile"])
            .await?
            .into_file()?;
        // Other characters than letters, digits, `.` and `-` become `_`.
        assert_eq!(first.name, "a_b.txt");
        assert_eq!(first.file_path, $account.path("a_b.txt"));
        assert_eq!(first.file_type.as_deref(), Some("non-image"));
        assert_eq!(first.size, Some(5u64.into()));
        let first_version = first.version_info.unwrap();
        assert_eq!(first_version.name, "Version 1");
        assert_eq!(first.description.as_deref(), Some("The first."));
        assert_eq!(first.tags, Some(vec!["red".to_owned(), "round".to_owned()]));
        assert_eq!(first.custom_coordinates.as_deref(), Some("1,2,3,4"));
        assert_eq!(first.is_published, Some(true));
        assert_eq!(first.is_private_file, Some(false));
        assert_eq!($account.delivered(&first.url).await?, b"first");

        // The same path again is a new version of the same file.
        let second = $account
            .ik
            .$upload(source("second!"))
            .folder(&folder)
            .use_unique_file_name(false)
            .await?
            .into_file()?;
        assert_eq!(second.file_id, first.file_id);
        let second_version = second.version_info.unwrap();
        assert_eq!(second_version.name, "Version 2");
        assert_ne!(second_version.id, first_version.id);
        assert_eq!(second.size, Some(7u64.into()));

        // By default, a name gets a suffix that makes it unique.
        let other = $account
            .ik
            .$upload(source("third"))
            .folder(&folder)
            .await?
            .into_file()?;
        assert_ne!(other.file_id, first.file_id);
        assert!(
            other.name.starts_with("a_b_") && other.name.ends_with(".txt"),
            "{}",
            other.name
        );

        let refused = $account
            .ik
            .$upload(source("fourth"))
            .folder(&folder)
            .use_unique_file_name(false)
            .overwrite_file(false)
            .await
            .unwrap_err();
        assert_eq!(refused.status(), Some(400), "{refused}");
        let refused = $account
            .ik
            .$upload(source("fifth"))
            .folder(&folder)
            .checks(r#""file.size" > "1mb""#)
            .await
            .unwrap_err();
        assert_eq!(refused.status(), Some(400), "{refused}");
        Ok(())
    }};
}

pub async fn upload_file(account: &Account) -> Result<(), Stop> {
    upload!(account, upload)
}

pub async fn upload_file_v2(account: &Account) -> Result<(), Stop> {
    upload!(account, upload_v2)
}
