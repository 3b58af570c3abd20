//! Form fields of an upload, which tokens sign and requests send.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use super::Check;
use crate::error::Error;
use crate::secret::RedactedUrl;
use crate::validate::check_tags;

/// Fields that `set` refuses, and what sets them.
const RESERVED: [(&str, &str); 6] = [
    ("file", "UploadSource"),
    ("fileName", "file_name or upload_token"),
    ("publicKey", "authentication"),
    ("signature", "authentication"),
    ("expire", "authentication"),
    ("token", "authentication, token or signed"),
];

/// Setters for a type with a member `fields` of type [`Fields`].
macro_rules! field_setters {
    () => {
        /// Sets the folder in the media library, such as `/products/shoes` (`folder`).
        ///
        /// ImageKit creates a missing folder. The server's default is `/`.
        pub fn folder(mut self, folder: impl Into<String>) -> Self {
            self.fields.put("folder", folder);
            self
        }

        /// Whether the server appends a random suffix to the name, so that no file is replaced
        /// (`useUniqueFileName`). The server's default is true.
        pub fn use_unique_file_name(mut self, unique: bool) -> Self {
            self.fields.flag("useUniqueFileName", unique);
            self
        }

        /// Sets the tags of the file, up to 500 characters in all (`tags`).
        ///
        /// A tag can't be empty and can't contain `%` or a comma.
        pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
            let tags: Vec<String> = tags.into_iter().map(Into::into).collect();
            self.fields
                .set("tags", $crate::client_auth::fields::tags(&tags).transpose());
            self
        }

        /// Makes the file private (`isPrivateFile`). The server's default is false.
        ///
        /// Only signed URLs and named transformations deliver a private file.
        pub fn is_private_file(mut self, private: bool) -> Self {
            self.fields.flag("isPrivateFile", private);
            self
        }

        /// Whether the file is published, which means that its URL delivers it (`isPublished`). The
        /// server's default is true.
        pub fn is_published(mut self, published: bool) -> Self {
            self.fields.flag("isPublished", published);
            self
        }

        /// Sets the area for the focus `custom`, as `x,y,width,height` in pixels
        /// (`customCoordinates`).
        pub fn custom_coordinates(mut self, coordinates: impl Into<String>) -> Self {
            self.fields.put("customCoordinates", coordinates);
            self
        }

        /// Adds values of custom metadata fields, by the name of the field (`customMetadata`).
        ///
        /// Values are strings, numbers, booleans, or lists of those. Further calls add values.
        pub fn custom_metadata<K: Into<String>, V: Into<serde_json::Value>>(
            mut self,
            values: impl IntoIterator<Item = (K, V)>,
        ) -> Self {
            let values = values.into_iter();
            self.fields
                .custom_metadata(values.map(|(name, value)| (name.into(), value.into())));
            self
        }

        /// Sets the URL that receives the results of extensions (`webhookUrl`).
        pub fn webhook_url(mut self, url: impl Into<String>) -> Self {
            self.fields.put("webhookUrl", url);
            self
        }

        /// Whether the upload replaces a file of the same name if `use_unique_file_name` is false
        /// (`overwriteFile`). The server's default is true.
        pub fn overwrite_file(mut self, overwrite: bool) -> Self {
            self.fields.flag("overwriteFile", overwrite);
            self
        }

        /// Whether a replaced file loses its AI tags (`overwriteAITags`). The server's default is
        /// true.
        pub fn overwrite_ai_tags(mut self, overwrite: bool) -> Self {
            self.fields.flag("overwriteAITags", overwrite);
            self
        }

        /// Whether a replaced file loses its tags if the upload sets none (`overwriteTags`). The
        /// server's default is true.
        pub fn overwrite_tags(mut self, overwrite: bool) -> Self {
            self.fields.flag("overwriteTags", overwrite);
            self
        }

        /// Whether a replaced file loses its custom metadata if the upload sets none
        /// (`overwriteCustomMetadata`). The server's default is true.
        pub fn overwrite_custom_metadata(mut self, overwrite: bool) -> Self {
            self.fields.flag("overwriteCustomMetadata", overwrite);
            self
        }

        /// Sets the condition under which the server accepts the upload (`checks`): a
        /// [`Check`](crate::client_auth::Check), or an expression as a string.
        pub fn checks(mut self, check: impl Into<$crate::client_auth::Check>) -> Self {
            self.fields.checks(&check.into());
            self
        }

        /// Sets the description of the file (`description`).
        pub fn description(mut self, description: impl Into<String>) -> Self {
            self.fields.put("description", description);
            self
        }

        /// Sets a form field by its name in the API, such as one that is newer than this crate.
        ///
        /// The value is sent as it is. It replaces the value that an earlier setter gave the field,
        /// and a later setter of the field replaces it.
        pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
            self.fields.put(name.into(), value);
            self
        }
    };
}
pub(crate) use field_setters;

/// Form fields by name, as they are sent.
pub(crate) type Encoded = BTreeMap<Cow<'static, str>, String>;

/// Returns fields for `Debug`. The query of a webhook URL may be a secret.
pub(super) fn shown<'f>(
    fields: impl IntoIterator<Item = (&'f str, &'f str)>,
) -> BTreeMap<&'f str, Cow<'f, str>> {
    let shown = |(name, value)| match name {
        "webhookUrl" => (name, RedactedUrl(value).to_string().into()),
        _ => (name, Cow::from(value)),
    };
    fields.into_iter().map(shown).collect()
}

/// Form fields as they were set.
#[derive(Clone, Default)]
pub(crate) struct Fields {
    /// The values by name as they are sent, or why a value is not valid.
    values: BTreeMap<Cow<'static, str>, Result<String, Error>>,
    /// The members of `customMetadata`.
    custom_metadata: Map<String, Value>,
    /// The members of `transformation`.
    #[cfg(feature = "client")]
    transformation: Transformation,
}

/// The members of `transformation`: a transformation string, and JSON objects.
#[cfg(feature = "client")]
#[derive(Clone, Default)]
struct Transformation {
    pre: Option<Result<String, Error>>,
    post: Vec<Result<String, Error>>,
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = self.values.iter();
        let valid =
            values.filter_map(|(name, value)| Some((name.as_ref(), value.as_deref().ok()?)));
        f.debug_tuple("Fields").field(&shown(valid)).finish()
    }
}

impl Fields {
    pub(crate) fn put(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) {
        self.values.insert(name.into(), Ok(value.into()));
    }

    pub(crate) fn flag(&mut self, name: &'static str, value: bool) {
        self.put(name, if value { "true" } else { "false" });
    }

    /// Sets or removes a field.
    pub(crate) fn set(&mut self, name: &'static str, value: Option<Result<String, Error>>) {
        match value {
            Some(value) => self.values.insert(name.into(), value),
            None => self.values.remove(name),
        };
    }

    pub(crate) fn custom_metadata(&mut self, values: impl Iterator<Item = (String, Value)>) {
        self.custom_metadata.extend(values);
        // If a program enables `preserve_order` of serde_json, a `HashMap` would give another
        // string each time. Manifests and tokens compare the string.
        self.custom_metadata.sort_keys();
        let members = Value::Object(self.custom_metadata.clone());
        self.put("customMetadata", members.to_string());
    }

    pub(crate) fn checks(&mut self, check: &Check) {
        self.values.insert("checks".into(), check.build());
    }

    /// Sets the member `pre` of `transformation`, a transformation string.
    #[cfg(feature = "client")]
    pub(crate) fn pre_transformation(&mut self, steps: Result<String, Error>) {
        self.transformation.pre = Some(steps);
        self.values
            .insert("transformation".into(), self.transformation.encoded());
    }

    /// Adds an item to the member `post` of `transformation`, a JSON object.
    #[cfg(feature = "client")]
    pub(crate) fn post_transformation(&mut self, object: Result<String, Error>) {
        self.transformation.post.push(object);
        self.values
            .insert("transformation".into(), self.transformation.encoded());
    }

    #[cfg(feature = "client")]
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.as_deref().ok()
    }

    /// Returns the fields as they are sent with a file of this name.
    pub(crate) fn encoded(&self, file_name: &str) -> Result<Encoded, Error> {
        if self.values.contains_key("") {
            return Err(Error::invalid_input(
                "set",
                "the name of the field is empty; give the name of a form field",
            ));
        }
        if let Some((name, setter)) = RESERVED
            .iter()
            .find(|(name, _)| self.values.contains_key(*name))
        {
            return Err(Error::invalid_input(
                "set",
                format!("`{name}` is set by {setter}"),
            ));
        }
        let values = self.values.iter();
        let mut fields = values
            .map(|(name, value)| Ok((name.clone(), value.clone()?)))
            .collect::<Result<Encoded, Error>>()?;
        fields.insert("fileName".into(), file_name.to_owned());
        Ok(fields)
    }
}

#[cfg(feature = "client")]
impl Transformation {
    fn encoded(&self) -> Result<String, Error> {
        let mut members = Vec::new();
        if let Some(pre) = &self.pre {
            members.push(format!("\"pre\":{}", Value::from(pre.clone()?)));
        }
        if !self.post.is_empty() {
            let post = self.post.iter().cloned().collect::<Result<Vec<_>, _>>()?;
            members.push(format!("\"post\":[{}]", post.join(",")));
        }
        Ok(format!("{{{}}}", members.join(",")))
    }
}

/// Returns tags as they are sent. `None` for an empty list.
pub(crate) fn tags(list: &[String]) -> Result<Option<String>, Error> {
    let refuse = |message| Err(Error::invalid_input("tags", message));
    // The form field separates tags by commas.
    if let Some(tag) = list.iter().find(|tag| tag.contains(',')) {
        return refuse(format!(
            "`{tag}` is not a valid tag of an upload: it contains `,`; leave the character out"
        ));
    }
    check_tags("tags", list)?;
    Ok((!list.is_empty()).then(|| list.join(",")))
}
