use serde_json::Value;

use crate::raw::types::{
    RemoveAiTags, UpdateFileDetailsRequest, UpdateFileRequestDetails, UpdateFileRequestPublication,
    UpdateFileRequestPublicationPublish, UpdatedFile,
};
use crate::types::extensions::check_extensions;
use crate::types::{Change, Extension};
use crate::validate::{check_changes, check_id, check_tags};

/// Changes to a file.
///
/// ```no_run
/// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
/// use imagekitio::types::{AutoTagging, RemoveBg};
///
/// let file = ik
///     .files()
///     .update("64a7f3b2c1d2e3f4a5b6c7d8")
///     .tags(["red", "summer"])
///     .custom_metadata([("brand", "Nike")])
///     .unset_custom_metadata(["season"])
///     .unset_custom_coordinates()
///     .extensions([RemoveBg::new().into(), AutoTagging::google(80, 10).into()])
///     .await?;
/// println!("{:?}", file.extension_status);
/// # Ok(())
/// # }
/// ```
impl UpdateFile {
    /// Sets the tags, in place of all tags of the file: at most 500 characters together, without
    /// `%`.
    pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.details.tags = Change::Set(tags.into_iter().map(Into::into).collect());
        self
    }

    /// Removes all tags.
    pub fn unset_tags(mut self) -> Self {
        self.details.tags = Change::Unset;
        self
    }

    /// Sets the area of interest for the focus `custom`, as `x,y,width,height` in pixels.
    pub fn custom_coordinates(mut self, coordinates: impl Into<String>) -> Self {
        self.details.custom_coordinates = Change::Set(coordinates.into());
        self
    }

    /// Removes the area of interest.
    pub fn unset_custom_coordinates(mut self) -> Self {
        self.details.custom_coordinates = Change::Unset;
        self
    }

    /// Sets values of custom metadata fields, by the name of the field. Other fields keep their
    /// values. Further calls add further values.
    pub fn custom_metadata<K: Into<String>, V: Into<Value>>(
        mut self,
        values: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let metadata = &mut self.details.custom_metadata;
        metadata.get_or_insert_default().extend(
            values
                .into_iter()
                .map(|(field, value)| (field.into(), value.into())),
        );
        self
    }

    /// Removes the values of custom metadata fields, by the name of the field.
    pub fn unset_custom_metadata<K: Into<String>>(
        self,
        fields: impl IntoIterator<Item = K>,
    ) -> Self {
        self.custom_metadata(fields.into_iter().map(|field| (field, Value::Null)))
    }

    /// Sets the description of the file.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        let description: String = description.into();
        self.details.description = description.into();
        self
    }

    /// Removes these AI tags, before the [`extensions`](Self::extensions) run.
    pub fn remove_ai_tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        let tags: Vec<String> = tags.into_iter().map(Into::into).collect();
        self.details.remove_ai_tags = RemoveAiTags::from(tags).into();
        self
    }

    /// Removes all AI tags, before the [`extensions`](Self::extensions) run.
    pub fn remove_all_ai_tags(mut self) -> Self {
        self.details.remove_ai_tags = RemoveAiTags::All.into();
        self
    }

    /// Runs extensions on the file. `extension_status` of the response says which are finished.
    /// ImageKit reports the others with a webhook event.
    ///
    /// ImageKit charges each run. A request with extensions that may have been sent is therefore
    /// retried only with [`RetryPolicy::repeat_unsafe`](crate::RetryPolicy::repeat_unsafe).
    pub fn extensions(mut self, extensions: impl IntoIterator<Item = Extension>) -> Self {
        let extensions: Vec<Extension> = extensions.into_iter().collect();
        self.details.extensions = extensions.into();
        self
    }

    /// Sets the URL that receives a webhook event when the extensions are finished.
    pub fn webhook_url(mut self, url: impl Into<String>) -> Self {
        let url: String = url.into();
        self.details.webhook_url = url.into();
        self
    }
}

operation! {
    /// Changes the details of the current version of a file: tags, custom metadata, description and
    /// more, at least one of them. What is not set stays as it is.
    ///
    /// Created by [`ik.files().update(file_id)`](super::Files::update).
    ///
    /// `.await` returns [`UpdatedFile`](crate::types::UpdatedFile): the details after the change.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as a path. To get the id of a path, use [`find`](super::Files::find). Also if nothing
    ///   is set, and for tags and extensions that ImageKit would refuse.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no file has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/update-file-details)
    UpdateFile { file_id: String, details: UpdateFileRequestDetails }
    UPDATE_FILE_DETAILS -> UpdatedFile, repeatable: true,
    unless: |call| call.details.extensions.is_some(),
    check: |call| {
        check_id("file_id", &call.file_id)?;
        let changes = "the tags, custom coordinates, custom metadata, description, AI tags and extensions";
        let is_set = call.details != UpdateFileRequestDetails::new();
        check_changes(is_set || call.options.has_extra_body(), changes)?;
        if let Change::Set(tags) = &call.details.tags {
            check_tags("tags", tags)?;
        }
        match call.details.extensions.as_ref() {
            Some(extensions) => check_extensions(extensions),
            None => Ok(()),
        }
    },
    send: |call, client| {
        let body = UpdateFileDetailsRequest::from(call.details.clone());
        client.update_file_details().file_id(&call.file_id).body(body).send().await
    },
}

/// Options of a publication.
impl PublishFile {
    /// Publishes or unpublishes all versions, not only the current one.
    pub fn include_versions(mut self, include: bool) -> Self {
        self.publish.include_file_versions = include.into();
        self
    }
}

operation! {
    /// Publishes or unpublishes a file.
    ///
    /// Created by [`ik.files().publish(file_id)`](super::Files::publish) and
    /// [`ik.files().unpublish(file_id)`](super::Files::unpublish).
    ///
    /// `.await` returns [`UpdatedFile`](crate::types::UpdatedFile): the details after the change.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as a path. To get the id of a path, use [`find`](super::Files::find).
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no file has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/managing-assets/update-file-details)
    PublishFile { file_id: String, publish: UpdateFileRequestPublicationPublish }
    UPDATE_FILE_DETAILS -> UpdatedFile, repeatable: true,
    check: |call| check_id("file_id", &call.file_id),
    send: |call, client| {
        let mut publication = UpdateFileRequestPublication::new();
        publication.publish = call.publish.clone().into();
        let body = UpdateFileDetailsRequest::from(publication);
        client.update_file_details().file_id(&call.file_id).body(body).send().await
    },
}
