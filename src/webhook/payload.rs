//! The events of the API document.
//!
//! What a type doesn't know is in `extra`, and [`Event::as_json`](super::Event::as_json) has everything. An event that lacks a
//! required property, or has one of another type, is [`Payload::Unknown`].

use serde_json::{Map, Number, Value};

/// Reads a type from a JSON value.
///
/// In place of `Deserialize`, which would let anyone make an event without verifying it.
trait FromJson: Sized {
    /// Reads an absent value as `None`. Returns `None` if the value is not of this type.
    fn from_json(value: Option<&Value>) -> Option<Self>;
}

macro_rules! scalars {
    ($($ty:ty: $value:ident => $read:expr;)*) => {
        $(impl FromJson for $ty {
            fn from_json($value: Option<&Value>) -> Option<Self> {
                let $value = $value?;
                $read
            }
        })*
    };
}

scalars! {
    bool: value => value.as_bool();
    String: value => value.as_str().map(str::to_owned);
    Number: value => value.as_number().cloned();
    Map<String, Value>: value => value.as_object().cloned();
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(value: Option<&Value>) -> Option<Self> {
        let items = value?.as_array()?;
        items.iter().map(|item| T::from_json(Some(item))).collect()
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(value: Option<&Value>) -> Option<Self> {
        match value {
            None | Some(Value::Null) => Some(None),
            value => T::from_json(value).map(Some),
        }
    }
}

/// Types of JSON objects.
macro_rules! objects {
    ($(
        $(#[$doc:meta])*
        $name:ident { $($(#[$field_doc:meta])* $field:ident: $ty:ty = $wire:literal,)* }
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub struct $name {
                $($(#[$field_doc])* pub $field: $ty,)*
                /// The properties that this type doesn't know.
                pub extra: Map<String, Value>,
            }

            impl FromJson for $name {
                fn from_json(value: Option<&Value>) -> Option<Self> {
                    let object = value?.as_object()?;
                    let mut extra = object.clone();
                    Some(Self {
                        $($field: FromJson::from_json(extra.remove($wire).as_ref())?,)*
                        extra,
                    })
                }
            }
        )*
    };
}

/// Types of strings that mostly have one of these values.
macro_rules! string_enums {
    ($(
        $(#[$doc:meta])*
        $name:ident { $($(#[$value_doc:meta])* $variant:ident = $wire:literal,)* }
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub enum $name {
                $($(#[$value_doc])* $variant,)*
                /// Another value, as received.
                Unknown(String),
            }

            open_enum!($name { $($variant $wire;)* });

            impl FromJson for $name {
                fn from_json(value: Option<&Value>) -> Option<Self> {
                    value?.as_str().map(Self::from)
                }
            }
        )*
    };
}

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident($ty:ty) = $wire:literal,)*) => {
        /// What an event says, by its type.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Payload {
            $(
                #[doc = concat!("`", $wire, "`:")]
                $(#[$doc])*
                $variant($ty),
            )*
            /// An event of another type, or one whose type promises something else: the whole JSON object.
            Unknown(Map<String, Value>),
        }

        impl Payload {
            pub(super) fn of(event_type: &str, event: &Value) -> Self {
                let event = event.as_object().cloned().unwrap_or_default();
                let mut rest = event.clone();
                for common in ["id", "type", "created_at"] {
                    rest.remove(common);
                }
                let rest = Value::Object(rest);
                let payload = match event_type {
                    $($wire => FromJson::from_json(Some(&rest)).map(Self::$variant),)*
                    _ => None,
                };
                payload.unwrap_or(Self::Unknown(event))
            }
        }
    };
}

events! {
    /// a video transformation was queued.
    VideoTransformationAccepted(VideoTransformationAccepted) = "video.transformation.accepted",
    /// a transformed video can be delivered.
    VideoTransformationReady(VideoTransformationReady) = "video.transformation.ready",
    /// a video transformation failed.
    VideoTransformationError(VideoTransformationError) = "video.transformation.error",
    /// a file was transformed and stored.
    UploadPreTransformSuccess(UploadPreTransformSuccess) = "upload.pre-transform.success",
    /// a file was not transformed before it was to be stored.
    UploadPreTransformError(UploadPreTransformError) = "upload.pre-transform.error",
    /// a stored file was transformed.
    UploadPostTransformSuccess(UploadPostTransformSuccess) = "upload.post-transform.success",
    /// a stored file could not be transformed.
    UploadPostTransformError(UploadPostTransformError) = "upload.post-transform.error",
    /// a file was created.
    FileCreated(FileEvent) = "file.created",
    /// a file was changed.
    FileUpdated(FileEvent) = "file.updated",
    /// a file was deleted.
    FileDeleted(FileDeleted) = "file.deleted",
    /// a version of a file was created.
    FileVersionCreated(FileEvent) = "file-version.created",
    /// a version of a file was deleted.
    FileVersionDeleted(FileVersionDeleted) = "file-version.deleted",
    /// a folder was created.
    FolderCreated(FolderEvent) = "folder.created",
    /// a folder was changed.
    FolderUpdated(FolderEvent) = "folder.updated",
    /// a folder was deleted.
    FolderDeleted(FolderDeleted) = "folder.deleted",
}

objects! {
    /// The event of a queued video transformation. One of the other two follows.
    VideoTransformationAccepted {
        /// The request that started the transformation.
        request: VideoRequest = "request",
        /// Source and transformation.
        data: VideoTransformationAcceptedData = "data",
    }

    /// Source and transformation of a video.
    VideoTransformationAcceptedData {
        /// The source.
        asset: VideoAsset = "asset",
        /// The transformation.
        transformation: VideoTransformation = "transformation",
    }

    /// The event of a finished video transformation.
    VideoTransformationReady {
        /// The request that started the transformation.
        request: VideoRequest = "request",
        /// How long it took.
        timings: Option<VideoTimings> = "timings",
        /// Source and result.
        data: VideoTransformationReadyData = "data",
    }

    /// Source and result of a video transformation.
    VideoTransformationReadyData {
        /// The source.
        asset: VideoAsset = "asset",
        /// The transformation with its result.
        transformation: ReadyVideoTransformation = "transformation",
    }

    /// The event of a failed video transformation.
    VideoTransformationError {
        /// The request that started the transformation.
        request: VideoRequest = "request",
        /// Source and cause.
        data: VideoTransformationErrorData = "data",
    }

    /// Source and cause of a failed video transformation.
    VideoTransformationErrorData {
        /// The source.
        asset: VideoAsset = "asset",
        /// The transformation with the cause of its failure.
        transformation: FailedVideoTransformation = "transformation",
    }

    /// A request for a transformed video.
    VideoRequest {
        /// Id of the request.
        x_request_id: String = "x_request_id",
        /// URL of the request, including the transformation.
        url: String = "url",
        /// `User-Agent` of the request.
        user_agent: Option<String> = "user_agent",
    }

    /// The source of a video transformation.
    VideoAsset {
        /// URL of the source, without the transformation.
        url: String = "url",
    }

    /// A transformation of a video.
    VideoTransformation {
        /// What is made of the source.
        type_: VideoTransformationType = "type",
        /// Settings of the output.
        options: Option<VideoOptions> = "options",
    }

    /// A transformation of a video, with its result.
    ReadyVideoTransformation {
        /// What is made of the source.
        type_: VideoTransformationType = "type",
        /// Settings of the output.
        options: Option<VideoOptions> = "options",
        /// The result.
        output: Option<VideoOutput> = "output",
    }

    /// A transformation of a video, with the cause of its failure.
    FailedVideoTransformation {
        /// What was to be made of the source.
        type_: VideoTransformationType = "type",
        /// Settings of the output.
        options: Option<VideoOptions> = "options",
        /// The cause.
        error: Option<VideoFailure> = "error",
    }

    /// Settings of a video transformation. Those that don't apply to the output are `None`.
    VideoOptions {
        /// Codec of the video track.
        video_codec: Option<VideoCodec> = "video_codec",
        /// Codec of the audio track.
        audio_codec: Option<AudioCodec> = "audio_codec",
        /// Whether the output is rotated automatically.
        auto_rotate: Option<bool> = "auto_rotate",
        /// Quality of the output.
        quality: Option<Number> = "quality",
        /// Format of the output.
        format: Option<VideoFormat> = "format",
        /// Protocol of an adaptive stream.
        stream_protocol: Option<StreamProtocol> = "stream_protocol",
        /// Renditions of an adaptive stream.
        variants: Option<Vec<String>> = "variants",
    }

    /// The result of a video transformation.
    VideoOutput {
        /// URL that delivers the result.
        url: String = "url",
        /// Properties of the result, if it is a video.
        video_metadata: Option<VideoMetadata> = "video_metadata",
    }

    /// Properties of a video.
    VideoMetadata {
        /// Length in seconds.
        duration: Number = "duration",
        /// Width in pixels.
        width: Number = "width",
        /// Height in pixels.
        height: Number = "height",
        /// Bit rate in bits per second.
        bitrate: Number = "bitrate",
    }

    /// How long a video transformation took.
    VideoTimings {
        /// Time to fetch the source, in milliseconds.
        download_duration: Option<Number> = "download_duration",
        /// Time to encode the result, in milliseconds.
        encoding_duration: Option<Number> = "encoding_duration",
    }

    /// Why a video transformation failed.
    VideoFailure {
        /// The cause.
        reason: VideoFailureReason = "reason",
    }

    /// The event of a file that was transformed before it was stored.
    UploadPreTransformSuccess {
        /// The upload.
        request: PreTransformRequest = "request",
        /// The stored file.
        data: UploadedFile = "data",
    }

    /// The event of a transformation that failed before the file was stored.
    UploadPreTransformError {
        /// The upload.
        request: PreTransformRequest = "request",
        /// File and cause.
        data: PreTransformErrorData = "data",
    }

    /// File and cause of a failed transformation before it was stored.
    PreTransformErrorData {
        /// Name of the file in the upload.
        name: String = "name",
        /// Path of the file in the upload.
        path: String = "path",
        /// The transformation with the cause of its failure.
        transformation: FailedTransformation = "transformation",
    }

    /// The event of a file that was transformed after it was stored.
    UploadPostTransformSuccess {
        /// The upload.
        request: PostTransformRequest = "request",
        /// File and result.
        data: PostTransformData = "data",
    }

    /// File and result of a transformation after it was stored.
    PostTransformData {
        /// Id of the file.
        file_id: String = "fileId",
        /// URL of the result.
        url: String = "url",
        /// Name of the file.
        name: String = "name",
    }

    /// The event of a transformation that failed after the file was stored.
    UploadPostTransformError {
        /// The upload.
        request: PostTransformRequest = "request",
        /// File and cause.
        data: PostTransformErrorData = "data",
    }

    /// File and cause of a failed transformation after it was stored.
    PostTransformErrorData {
        /// Id of the file.
        file_id: String = "fileId",
        /// URL that the transformation was for.
        url: String = "url",
        /// Name of the file.
        name: String = "name",
        /// Path of the file.
        path: String = "path",
        /// The transformation with the cause of its failure.
        transformation: FailedTransformation = "transformation",
    }

    /// An upload with a transformation that comes before storing.
    PreTransformRequest {
        /// Id of the upload request.
        x_request_id: String = "x_request_id",
        /// The transformation, such as `w-400,h-300`.
        transformation: String = "transformation",
    }

    /// An upload with transformations that come after storing.
    PostTransformRequest {
        /// Id of the upload request.
        x_request_id: String = "x_request_id",
        /// The transformation that the event is about.
        transformation: PostTransformation = "transformation",
    }

    /// A transformation after a file was stored.
    PostTransformation {
        /// What is made of the file.
        type_: PostTransformationType = "type",
        /// The transformation, such as `w-400,h-300`; the resolutions of an adaptive stream, such as `240_360`.
        value: Option<String> = "value",
        /// Protocol of an adaptive stream.
        protocol: Option<PostTransformationProtocol> = "protocol",
    }

    /// The outcome of a failed transformation of an upload.
    FailedTransformation {
        /// The cause.
        error: TransformationFailure = "error",
    }

    /// Why a transformation of an upload failed.
    TransformationFailure {
        /// The cause, such as `encoding_failed`.
        reason: String = "reason",
    }

    /// The event of a file or a version of it, as it is after the event.
    FileEvent {
        /// The file.
        data: File = "data",
    }

    /// The event of a deleted file.
    FileDeleted {
        /// The file.
        data: DeletedFile = "data",
    }

    /// A deleted file.
    DeletedFile {
        /// Id of the file.
        file_id: String = "fileId",
    }

    /// The event of a deleted version of a file.
    FileVersionDeleted {
        /// The version.
        data: DeletedFileVersion = "data",
    }

    /// A deleted version of a file.
    DeletedFileVersion {
        /// Id of the file.
        file_id: String = "fileId",
        /// Id of the version.
        version_id: String = "versionId",
    }

    /// The event of a folder, as it is after the event.
    FolderEvent {
        /// The folder.
        data: Folder = "data",
    }

    /// The event of a deleted folder.
    FolderDeleted {
        /// The folder.
        data: DeletedFolder = "data",
    }

    /// A deleted folder.
    DeletedFolder {
        /// Id of the folder.
        folder_id: String = "folderId",
    }

    /// A file or a version of it.
    File {
        /// Id of the file.
        file_id: Option<String> = "fileId",
        /// `file` for the current version, `file-version` for an earlier one.
        type_: Option<String> = "type",
        /// Name of the file.
        name: Option<String> = "name",
        /// Path of the file, including its name.
        file_path: Option<String> = "filePath",
        /// Tags set by users.
        tags: Option<Vec<String>> = "tags",
        /// Tags set by extensions.
        ai_tags: Option<Vec<AiTag>> = "AITags",
        /// The version.
        version_info: Option<VersionInfo> = "versionInfo",
        /// Whether the file is private.
        is_private_file: Option<bool> = "isPrivateFile",
        /// Whether the file is published.
        is_published: Option<bool> = "isPublished",
        /// Area of interest: `x,y,width,height`.
        custom_coordinates: Option<String> = "customCoordinates",
        /// URL that delivers the file.
        url: Option<String> = "url",
        /// URL of a small preview.
        thumbnail: Option<String> = "thumbnail",
        /// `image` or `non-image`.
        file_type: Option<String> = "fileType",
        /// Media type, such as `image/jpeg`.
        mime: Option<String> = "mime",
        /// Width in pixels.
        width: Option<Number> = "width",
        /// Height in pixels.
        height: Option<Number> = "height",
        /// Size in bytes.
        size: Option<Number> = "size",
        /// Bit rate of a video in kilobits per second.
        bit_rate: Option<Number> = "bitRate",
        /// Length of a video in seconds.
        duration: Option<Number> = "duration",
        /// Codec of the audio track.
        audio_codec: Option<String> = "audioCodec",
        /// Codec of the video track.
        video_codec: Option<String> = "videoCodec",
        /// Whether the image has an alpha channel.
        has_alpha: Option<bool> = "hasAlpha",
        /// Custom metadata.
        custom_metadata: Option<Map<String, Value>> = "customMetadata",
        /// Definitions of the custom metadata fields that the path selects, by name.
        selected_fields_schema: Option<Map<String, Value>> = "selectedFieldsSchema",
        /// Metadata from the file itself.
        embedded_metadata: Option<Map<String, Value>> = "embeddedMetadata",
        /// Description of the file.
        description: Option<String> = "description",
        /// When the file was created: an RFC 3339 timestamp.
        created_at: Option<String> = "createdAt",
        /// When the file was last changed: an RFC 3339 timestamp.
        updated_at: Option<String> = "updatedAt",
    }

    /// A file as the reply to its upload describes it.
    UploadedFile {
        /// Id of the file.
        file_id: Option<String> = "fileId",
        /// Name of the file.
        name: Option<String> = "name",
        /// Path of the file, including its name.
        file_path: Option<String> = "filePath",
        /// URL that delivers the file.
        url: Option<String> = "url",
        /// URL of a small preview.
        thumbnail_url: Option<String> = "thumbnailUrl",
        /// Height in pixels.
        height: Option<Number> = "height",
        /// Width in pixels.
        width: Option<Number> = "width",
        /// Size in bytes.
        size: Option<Number> = "size",
        /// Bit rate of a video in kilobits per second.
        bit_rate: Option<Number> = "bitRate",
        /// Length of a video in seconds.
        duration: Option<Number> = "duration",
        /// Codec of the audio track.
        audio_codec: Option<String> = "audioCodec",
        /// Codec of the video track.
        video_codec: Option<String> = "videoCodec",
        /// Tags set by users.
        tags: Option<Vec<String>> = "tags",
        /// Tags set by extensions.
        ai_tags: Option<Vec<AiTag>> = "AITags",
        /// The version that the upload created.
        version_info: Option<VersionInfo> = "versionInfo",
        /// Whether the file is private.
        is_private_file: Option<bool> = "isPrivateFile",
        /// Whether the file is published.
        is_published: Option<bool> = "isPublished",
        /// Area of interest: `x,y,width,height`.
        custom_coordinates: Option<String> = "customCoordinates",
        /// `image` or `non-image`.
        file_type: Option<String> = "fileType",
        /// Custom metadata.
        custom_metadata: Option<Map<String, Value>> = "customMetadata",
        /// Definitions of the custom metadata fields that the path selects, by name.
        selected_fields_schema: Option<Map<String, Value>> = "selectedFieldsSchema",
        /// `success`, `pending` or `failed` for each extension, by name.
        extension_status: Option<Map<String, Value>> = "extensionStatus",
        /// Technical metadata, such as format, EXIF data and the perceptual hash `pHash`.
        metadata: Option<Map<String, Value>> = "metadata",
        /// Metadata from the file itself.
        embedded_metadata: Option<Map<String, Value>> = "embeddedMetadata",
        /// Description of the file.
        description: Option<String> = "description",
    }

    /// A folder.
    Folder {
        /// `folder`.
        type_: Option<String> = "type",
        /// Id of the folder.
        folder_id: Option<String> = "folderId",
        /// Name of the folder.
        name: Option<String> = "name",
        /// Path of the folder, including its name.
        folder_path: Option<String> = "folderPath",
        /// Custom metadata.
        custom_metadata: Option<Map<String, Value>> = "customMetadata",
        /// When the folder was created: an RFC 3339 timestamp.
        created_at: Option<String> = "createdAt",
        /// When the folder was last changed: an RFC 3339 timestamp.
        updated_at: Option<String> = "updatedAt",
        /// Who created the folder.
        created_by: Option<FolderCreator> = "createdBy",
    }

    /// Who created a folder.
    FolderCreator {
        /// Name of the person.
        name: Option<String> = "name",
        /// E-mail address of the person.
        email: Option<String> = "email",
    }

    /// A tag that an extension set.
    AiTag {
        /// The tag.
        name: Option<String> = "name",
        /// How sure the extension is; higher is surer.
        confidence: Option<Number> = "confidence",
        /// The extension, such as `google-auto-tagging`.
        source: Option<String> = "source",
    }

    /// A version of a file.
    VersionInfo {
        /// Id of the version.
        id: Option<String> = "id",
        /// Name of the version, such as `Version 1`.
        name: Option<String> = "name",
    }
}

string_enums! {
    /// What a video transformation makes.
    VideoTransformationType {
        /// A converted video.
        VideoTransformation = "video-transformation",
        /// A video of an animated GIF.
        GifToVideo = "gif-to-video",
        /// A still image of a video.
        VideoThumbnail = "video-thumbnail",
    }

    /// Codec of a video track.
    VideoCodec {
        /// H.264.
        H264 = "h264",
        /// VP9.
        Vp9 = "vp9",
        /// AV1.
        Av1 = "av1",
    }

    /// Codec of an audio track.
    AudioCodec {
        /// AAC.
        Aac = "aac",
        /// Opus.
        Opus = "opus",
    }

    /// Format of a transformed video or of a still image of it.
    VideoFormat {
        /// An MP4 video.
        Mp4 = "mp4",
        /// A WebM video.
        Webm = "webm",
        /// A JPEG image.
        Jpg = "jpg",
        /// A PNG image.
        Png = "png",
        /// A WebP image.
        Webp = "webp",
    }

    /// Protocol of an adaptive stream, as video events write it.
    StreamProtocol {
        /// HTTP Live Streaming.
        Hls = "HLS",
        /// MPEG-DASH.
        Dash = "DASH",
    }

    /// Why a video transformation failed.
    VideoFailureReason {
        /// The output could not be made.
        EncodingFailed = "encoding_failed",
        /// The source could not be fetched.
        DownloadFailed = "download_failed",
        /// The server failed.
        InternalServerError = "internal_server_error",
    }

    /// What a transformation after an upload makes.
    PostTransformationType {
        /// A transformed image or video.
        Transformation = "transformation",
        /// An adaptive stream.
        Abs = "abs",
        /// A video of an animated GIF.
        GifToVideo = "gif-to-video",
        /// A still image.
        Thumbnail = "thumbnail",
    }

    /// Protocol of an adaptive stream, as uploads write it.
    PostTransformationProtocol {
        /// HTTP Live Streaming.
        Hls = "hls",
        /// MPEG-DASH.
        Dash = "dash",
    }
}
