//! The fields of an upload beside the file, and their form.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

#[cfg(feature = "client")]
use serde::Serialize;

use crate::error::Error;
#[cfg(feature = "client")]
use crate::extensions;
#[cfg(feature = "client")]
use crate::raw::types::{Extension, UploadTransformation};
use crate::redact::RedactedUrl;
use crate::tags;
#[cfg(feature = "client")]
use crate::types::ResponseField;

/// Fields that `set` leaves to others, and to whom.
const NOT_SET: [(&str, &str); 6] = [
    ("file", "UploadSource"),
    ("fileName", "file_name or upload_token"),
    ("publicKey", "authentication"),
    ("signature", "authentication"),
    ("expire", "authentication"),
    ("token", "authentication, token or signed"),
];

/// The setters of all types that have [`Fields`].
macro_rules! field_setters {
    () => {
        /// Folder of the media library, such as `/products/shoes`, created when it doesn't exist (`folder`). The server's default
        /// is `/`.
        pub fn folder(mut self, folder: impl Into<String>) -> Self {
            self.fields.put("folder", folder);
            self
        }

        /// Whether the server adds a random suffix to the name so that nothing is overwritten (`useUniqueFileName`). The server's
        /// default is true.
        pub fn use_unique_file_name(mut self, unique: bool) -> Self {
            self.fields.flag("useUniqueFileName", unique);
            self
        }

        /// Tags of the file (`tags`), 500 characters in all, without `%` and commas.
        pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
            self.fields.tags = tags.into_iter().map(Into::into).collect();
            self
        }

        /// Makes the file private: it is delivered through signed URLs and named transformations only (`isPrivateFile`). The
        /// server's default is false.
        pub fn is_private_file(mut self, private: bool) -> Self {
            self.fields.flag("isPrivateFile", private);
            self
        }

        /// Whether the file is delivered at all (`isPublished`). The server's default is true.
        pub fn is_published(mut self, published: bool) -> Self {
            self.fields.flag("isPublished", published);
            self
        }

        /// The important area, as `x,y,width,height` in pixels, for the focus `custom` (`customCoordinates`).
        pub fn custom_coordinates(mut self, coordinates: impl Into<String>) -> Self {
            self.fields.put("customCoordinates", coordinates);
            self
        }

        /// Values of custom metadata fields, by the name of the field (`customMetadata`).
        pub fn custom_metadata(
            mut self,
            values: serde_json::Map<String, serde_json::Value>,
        ) -> Self {
            self.fields.put(
                "customMetadata",
                serde_json::Value::Object(values).to_string(),
            );
            self
        }

        #[cfg(feature = "client")]
        /// Further properties that the reply shall contain (`responseFields`): [`ResponseField`](crate::types::ResponseField)s
        /// or their names, such as `isPrivateFile`. Names in the style of the Python SDK, such as `is_private_file`, are
        /// translated, and unknown names are refused. A property that is newer than this crate can be asked for by
        /// [`set("responseFields", ...)`](Self::set), with all others.
        pub fn response_fields<T: Into<$crate::types::ResponseField>>(
            mut self,
            fields: impl IntoIterator<Item = T>,
        ) -> Self {
            self.fields.response_fields = fields.into_iter().map(Into::into).collect();
            self
        }

        #[cfg(feature = "client")]
        /// Adds an extension that runs on the file (`extensions`). [`webhook_url`](Self::webhook_url) is told of the result of
        /// those that take longer.
        #[doc(alias = "extensions")]
        pub fn extension(mut self, extension: impl Into<$crate::raw::types::Extension>) -> Self {
            self.fields.extensions.push(extension.into());
            self
        }

        #[cfg(feature = "client")]
        /// A transformation that the file goes through before it is stored (`transformation`, `pre`): what is stored is the
        /// result. It is a transformation string such as `w-300,h-200`.
        ///
        /// Of a video, the upload then gives [`UploadOutcome::Processing`](crate::UploadOutcome::Processing).
        #[doc(alias = "transformation")]
        pub fn pre_transformation(mut self, transformation: impl Into<String>) -> Self {
            let transformation: String = transformation.into();
            self.fields.transformation.pre = transformation.into();
            self
        }

        #[cfg(feature = "client")]
        /// Adds a variant that is made right after the file is stored, so that the first request for it doesn't wait
        /// (`transformation`, `post`).
        ///
        /// ```no_run
        /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
        /// use imagekitio::UploadSource;
        /// use imagekitio::types::{PostTransformation, StreamingProtocol};
        ///
        /// ik.upload(UploadSource::path("film.mp4"))
        ///     .post_transformation(PostTransformation::thumbnail())
        ///     .post_transformation(PostTransformation::adaptive_streaming(StreamingProtocol::Hls, [240, 360, 720]))
        ///     .await?;
        /// # Ok(())
        /// # }
        /// ```
        #[doc(alias = "transformation")]
        pub fn post_transformation(
            mut self,
            transformation: impl Into<$crate::types::PostTransformation>,
        ) -> Self {
            let post = self.fields.transformation.post.get_or_insert_default();
            post.push(transformation.into());
            self
        }

        /// An address that is called with the result of the extensions (`webhookUrl`).
        pub fn webhook_url(mut self, url: impl Into<String>) -> Self {
            self.fields.put("webhookUrl", url);
            self
        }

        /// Whether a file of the same name is replaced when the name isn't made unique (`overwriteFile`). The server's default is
        /// true.
        pub fn overwrite_file(mut self, overwrite: bool) -> Self {
            self.fields.flag("overwriteFile", overwrite);
            self
        }

        /// Whether a file that is replaced loses its AI tags (`overwriteAITags`). The server's default is true.
        pub fn overwrite_ai_tags(mut self, overwrite: bool) -> Self {
            self.fields.flag("overwriteAITags", overwrite);
            self
        }

        /// Whether a file that is replaced loses its tags when the upload has none (`overwriteTags`). The server's default is
        /// true.
        pub fn overwrite_tags(mut self, overwrite: bool) -> Self {
            self.fields.flag("overwriteTags", overwrite);
            self
        }

        /// Whether a file that is replaced loses its custom metadata when the upload has none (`overwriteCustomMetadata`). The
        /// server's default is true.
        pub fn overwrite_custom_metadata(mut self, overwrite: bool) -> Self {
            self.fields.flag("overwriteCustomMetadata", overwrite);
            self
        }

        /// A condition that must be met, or else the file is not stored (`checks`): a [`Check`](crate::Check), or its text.
        pub fn checks(mut self, check: impl Into<$crate::Check>) -> Self {
            self.fields.put("checks", check.into().to_string());
            self
        }

        /// Text that describes the file (`description`).
        pub fn description(mut self, description: impl Into<String>) -> Self {
            self.fields.put("description", description);
            self
        }

        /// A field that has no method here, by the name and in the form in which ImageKit wants it. It takes the place of what a
        /// method said of the same field.
        pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
            self.fields.put(name.into(), value);
            self
        }
    };
}

/// Fields by name, as they are sent.
pub(super) type Encoded = BTreeMap<Cow<'static, str>, String>;

/// Fields for `Debug`. The URL of a webhook may hold a token.
pub(super) fn shown<'f, N: AsRef<str> + 'f>(
    fields: impl IntoIterator<Item = (&'f N, &'f String)>,
) -> BTreeMap<&'f str, Cow<'f, str>> {
    let shown = |(name, value): (&'f N, &'f String)| match name.as_ref() {
        name @ "webhookUrl" => (name, RedactedUrl(value).to_string().into()),
        name => (name, value.into()),
    };
    fields.into_iter().map(shown).collect()
}

/// Fields as they were set.
#[derive(Clone, Default)]
pub(super) struct Fields {
    /// Those that are texts already.
    texts: Encoded,
    pub(super) tags: Vec<String>,
    #[cfg(feature = "client")]
    pub(super) response_fields: Vec<ResponseField>,
    #[cfg(feature = "client")]
    pub(super) transformation: UploadTransformation,
    #[cfg(feature = "client")]
    pub(super) extensions: Vec<Extension>,
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Fields");
        debug
            .field("texts", &shown(&self.texts))
            .field("tags", &self.tags);
        #[cfg(feature = "client")]
        debug
            .field("response_fields", &self.response_fields)
            .field("transformation", &self.transformation)
            .field("extensions", &self.extensions);
        debug.finish()
    }
}

impl Fields {
    pub(super) fn put(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) {
        self.texts.insert(name.into(), value.into());
    }

    pub(super) fn flag(&mut self, name: &'static str, value: bool) {
        self.put(name, if value { "true" } else { "false" });
    }

    #[cfg(feature = "client")]
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// The fields as they are sent with a file of this name, or what is wrong with them.
    pub(super) fn encoded(self, file_name: &str) -> Result<Encoded, Error> {
        let mut fields = Encoded::new();
        if let Some(tags) = joined(&self.tags)? {
            fields.insert("tags".into(), tags);
        }
        #[cfg(feature = "client")]
        {
            if !self.response_fields.is_empty() {
                let names = self.response_fields.iter().map(response_field);
                let names = names.collect::<Result<Vec<_>, _>>()?.join(",");
                fields.insert("responseFields".into(), names);
            }
            if self.transformation != UploadTransformation::new() {
                let transformation = json("transformation", &self.transformation)?;
                fields.insert("transformation".into(), transformation);
            }
            extensions::check(&self.extensions)?;
            if !self.extensions.is_empty() {
                fields.insert("extensions".into(), json("extensions", &self.extensions)?);
            }
        }
        fields.extend(self.texts);
        if fields.contains_key("") {
            return Err(Error::invalid_input(
                "set",
                "the name of the field is empty",
            ));
        }
        if let Some((name, by)) = NOT_SET.iter().find(|(name, _)| fields.contains_key(*name)) {
            return Err(Error::invalid_input(
                "set",
                format!("`{name}` is set by {by}"),
            ));
        }
        fields.insert("fileName".into(), file_name.to_owned());
        Ok(fields)
    }
}

/// The tags as they are sent; none for no tags.
fn joined(list: &[String]) -> Result<Option<String>, Error> {
    let refuse = |message| Err(Error::invalid_input("tags", message));
    if list.iter().any(String::is_empty) {
        return refuse("a tag is empty; leave it out".to_owned());
    }
    // They are sent with commas between them.
    if let Some(tag) = list.iter().find(|tag| tag.contains(',')) {
        return refuse(format!(
            "`{tag}` contains `,`, which tags of an upload may not; leave it out"
        ));
    }
    tags::check("tags", list)?;
    Ok((!list.is_empty()).then(|| list.join(",")))
}

/// The name of a response field in the API.
#[cfg(feature = "client")]
fn response_field(field: &ResponseField) -> Result<&'static str, Error> {
    let letters = |name: &str| name.replace('_', "").to_ascii_lowercase();
    let wanted = letters(field.as_str());
    let known = ResponseField::KNOWN
        .iter()
        .find(|name| letters(name) == wanted);
    known.copied().ok_or_else(|| {
        let message = format!(
            "`{field}` is not a valid response field: it isn't one of {}; to ask for one that is newer than this crate, give \
             all names to `set(\"responseFields\", ...)`",
            ResponseField::KNOWN.join(", ")
        );
        Error::invalid_input("response_fields", message)
    })
}

#[cfg(feature = "client")]
fn json(option: &'static str, value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| {
        Error::invalid_input(option, "cannot be written as JSON").with_source(error)
    })
}
