//! Setters of form fields with types of the API.

use serde_json::Value;

use super::UploadRequest;
use crate::api::named_transformations::TransformationSteps;
use crate::client_auth::UploadTokenBuilder;
use crate::error::Error;
use crate::raw::types as raw;
use crate::types::extensions::check_extensions;
use crate::types::{Extension, ResponseField, StreamingProtocol};

macro_rules! setters {
    ($type:ty) => {
        /// Form fields with types of the API; feature `client`.
        impl $type {
            /// Sets optional properties that the response contains (`responseFields`):
            /// [`ResponseField`]s, or their names such as `isPrivateFile`.
            ///
            /// Names in the style of the Python SDK, such as `is_private_file`, are converted. An
            /// unknown name is refused. For a property that is newer than this crate, use
            /// [`set("responseFields", ...)`](Self::set) with all names.
            pub fn response_fields<T: Into<ResponseField>>(
                mut self,
                fields: impl IntoIterator<Item = T>,
            ) -> Self {
                let fields = fields.into_iter().map(Into::into);
                self.fields.set("responseFields", response_fields(fields));
                self
            }

            /// Sets the extensions that run on the file (`extensions`).
            ///
            /// ImageKit sends the results of slow ones to [`webhook_url`](Self::webhook_url). See
            /// the [guide](https://imagekit.io/docs/extensions/overview).
            pub fn extensions(mut self, extensions: impl IntoIterator<Item = Extension>) -> Self {
                let extensions: Vec<Extension> = extensions.into_iter().collect();
                self.fields
                    .set("extensions", encoded_extensions(&extensions));
                self
            }

            /// Sets the transformation that ImageKit applies before it stores the file
            /// (`transformation.pre`): a [`Transformation`](crate::Transformation), several as a
            /// chain, a [`Preset`](crate::url::Preset), or a transformation string such as
            /// `w-300,h-200`.
            ///
            /// The original is not kept. For a video, the upload returns
            /// [`UploadOutcome::Processing`](crate::upload::UploadOutcome::Processing).
            ///
            /// ```no_run
            /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
            /// use imagekitio::{Transformation, UploadSource};
            ///
            /// ik.upload(UploadSource::path("shoe.jpg"))
            ///     .pre_transformation(Transformation::new().width(1600))
            ///     .await?;
            /// # Ok(())
            /// # }
            /// ```
            #[doc(alias = "transformation")]
            pub fn pre_transformation(
                mut self,
                transformation: impl Into<TransformationSteps>,
            ) -> Self {
                self.fields
                    .pre_transformation(encoded_steps(&transformation.into()));
                self
            }

            /// Adds a variant that ImageKit creates after it stores the file
            /// (`transformation.post`), so that the first request for it doesn't wait.
            ///
            /// ```no_run
            /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
            /// use imagekitio::types::StreamingProtocol;
            /// use imagekitio::upload::PostTransformation;
            /// use imagekitio::{Transformation, UploadSource};
            ///
            /// let small = Transformation::new().width(640);
            /// let streams =
            ///     PostTransformation::adaptive_streaming(StreamingProtocol::Hls, [240, 360, 720]);
            /// ik.upload(UploadSource::path("film.mp4"))
            ///     .post_transformation(PostTransformation::transformation(small))
            ///     .post_transformation(PostTransformation::thumbnail())
            ///     .post_transformation(streams)
            ///     .await?;
            /// # Ok(())
            /// # }
            /// ```
            #[doc(alias = "transformation")]
            pub fn post_transformation(
                mut self,
                transformation: impl Into<PostTransformation>,
            ) -> Self {
                self.fields
                    .post_transformation(transformation.into().encoded());
                self
            }
        }
    };
}

setters! { UploadRequest }
setters! { UploadTokenBuilder<'_> }

/// Returns names as they are sent. `None` for an empty list.
fn response_fields(fields: impl Iterator<Item = ResponseField>) -> Option<Result<String, Error>> {
    let names: Result<Vec<_>, _> = fields.map(|field| response_field(&field)).collect();
    match names {
        Ok(names) if names.is_empty() => None,
        names => Some(names.map(|names| names.join(","))),
    }
}

fn response_field(field: &ResponseField) -> Result<&'static str, Error> {
    let letters = |name: &str| name.replace('_', "").to_ascii_lowercase();
    let wanted = letters(field.as_str());
    let known = ResponseField::KNOWN
        .iter()
        .find(|name| letters(name) == wanted);
    known.copied().ok_or_else(|| {
        let message = format!(
            "`{field}` is not a valid response field: it is not one of {}; for one that is newer \
             than this crate, give all names to `set(\"responseFields\", ...)`",
            ResponseField::KNOWN.join(", ")
        );
        Error::invalid_input("response_fields", message)
    })
}

/// Returns extensions as they are sent. `None` for an empty list.
fn encoded_extensions(list: &[Extension]) -> Option<Result<String, Error>> {
    if list.is_empty() {
        return None;
    }
    Some(check_extensions(list).and_then(|()| json("extensions", &list)))
}

fn encoded_steps(steps: &TransformationSteps) -> Result<String, Error> {
    steps.check()?;
    Ok(steps.text())
}

fn json(argument: &'static str, value: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| {
        let message = format!("cannot be written as JSON: {error}");
        Error::invalid_input(argument, message).with_source(error)
    })
}

/// A variant of a file that ImageKit creates after it stores the file.
///
/// Transformations are typed, or transformation strings. `PostTransformation` converts from its
/// generated model in `raw::types`, for kinds that are newer than this crate.
///
/// ```
/// use imagekitio::Transformation;
/// use imagekitio::types::StreamingProtocol;
/// use imagekitio::upload::PostTransformation;
///
/// PostTransformation::transformation(Transformation::new().width(300).height(200));
/// PostTransformation::transformation("w-300,h-200");
/// PostTransformation::thumbnail();
/// PostTransformation::thumbnail().value(Transformation::new().width(150));
/// PostTransformation::adaptive_streaming(StreamingProtocol::Hls, [240, 360, 720]);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "it has no effect until it is given to an upload"]
pub struct PostTransformation {
    model: raw::PostTransformation,
    /// The transformation string of the model, if it isn't in the model.
    steps: Option<TransformationSteps>,
}

impl PostTransformation {
    /// A variant by its transformation.
    pub fn transformation(value: impl Into<TransformationSteps>) -> Self {
        Self::from(raw::PostTransformation::from(
            raw::PostTransformationTransformation::new(""),
        ))
        .value(value)
    }

    /// A video made of an animated GIF.
    pub fn gif_to_video() -> Self {
        Self::from(raw::PostTransformation::from(
            raw::PostTransformationGifToVideo::new(),
        ))
    }

    /// A thumbnail, such as one of a video.
    pub fn thumbnail() -> Self {
        Self::from(raw::PostTransformation::from(
            raw::PostTransformationThumbnail::new(),
        ))
    }

    /// Renditions of a video for adaptive bitrate streaming, by their heights in pixels: at least
    /// one of 240, 360, 480, 720, 1080, 1440 and 2160.
    pub fn adaptive_streaming(
        protocol: impl Into<StreamingProtocol>,
        heights: impl IntoIterator<Item = u32>,
    ) -> Self {
        let heights: Vec<String> = heights
            .into_iter()
            .map(|height| height.to_string())
            .collect();
        let renditions = raw::required::PostTransformationAbs {
            value: heights.join("_"),
            protocol: protocol.into(),
        };
        Self::from(raw::PostTransformation::from(
            raw::PostTransformationAbs::new(renditions),
        ))
    }

    /// Sets the transformation of the variant. It replaces an earlier one.
    pub fn value(mut self, value: impl Into<TransformationSteps>) -> Self {
        self.steps = Some(value.into());
        self
    }

    /// Returns the JSON object that is sent.
    fn encoded(mut self) -> Result<String, Error> {
        type Model = raw::PostTransformation;
        if let Some(steps) = &self.steps {
            let value = encoded_steps(steps)?;
            match &mut self.model {
                Model::Transformation(variant) => variant.value = value,
                Model::GifToVideo(video) => video.value = value.into(),
                Model::Thumbnail(thumbnail) => thumbnail.value = value.into(),
                Model::Abs(renditions) => renditions.value = value,
                Model::Unknown(Value::Object(other)) => {
                    other.insert("value".to_owned(), value.into());
                }
                _ => {}
            }
        }
        if matches!(&self.model, Model::Abs(renditions) if renditions.value.is_empty()) {
            let message = "is empty; give at least one height, such as 720";
            return Err(Error::invalid_input("adaptive_streaming", message));
        }
        json("post_transformation", &self.model)
    }
}

impl From<raw::PostTransformation> for PostTransformation {
    fn from(model: raw::PostTransformation) -> Self {
        Self { model, steps: None }
    }
}
