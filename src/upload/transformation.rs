use serde_json::Value;

use crate::raw::types::{
    PostTransformation, PostTransformationAbs, PostTransformationGifToVideo,
    PostTransformationThumbnail, PostTransformationTransformation, StreamingProtocol, required,
};

/// Transformations for [`UploadRequest::post_transformation`](crate::upload::UploadRequest::post_transformation).
///
/// ```
/// use imagekitio::types::{PostTransformation, StreamingProtocol};
///
/// PostTransformation::transformation("w-300,h-200");
/// PostTransformation::thumbnail();
/// PostTransformation::thumbnail().value("w-150,h-150");
/// PostTransformation::adaptive_streaming(StreamingProtocol::Hls, [240, 360, 720]);
/// ```
impl PostTransformation {
    /// A variant by a transformation string.
    pub fn transformation(value: impl Into<String>) -> Self {
        PostTransformationTransformation::new(value).into()
    }

    /// A video made of an animated GIF.
    pub fn gif_to_video() -> Self {
        PostTransformationGifToVideo::new().into()
    }

    /// A thumbnail, of a video for example.
    pub fn thumbnail() -> Self {
        PostTransformationThumbnail::new().into()
    }

    /// The renditions of a video for adaptive bitrate streaming, by their heights in pixels.
    pub fn adaptive_streaming(
        protocol: impl Into<StreamingProtocol>,
        heights: impl IntoIterator<Item = u32>,
    ) -> Self {
        let heights: Vec<String> = heights
            .into_iter()
            .map(|height| height.to_string())
            .collect();
        PostTransformationAbs::new(required::PostTransformationAbs {
            value: heights.join("_"),
            protocol: protocol.into(),
        })
        .into()
    }

    /// The transformation string of the result, in place of the one that it has.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        let value = value.into();
        match &mut self {
            Self::Transformation(variant) => variant.value = value,
            Self::GifToVideo(video) => video.value = value.into(),
            Self::Thumbnail(thumbnail) => thumbnail.value = value.into(),
            Self::Abs(renditions) => renditions.value = value,
            Self::Unknown(Value::Object(other)) => {
                other.insert("value".to_owned(), value.into());
            }
            _ => {}
        }
        self
    }
}
