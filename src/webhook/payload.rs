//! The events of the API document.
//!
//! Properties that a type doesn't know are in `extra`, and
//! [`Event::as_json`](super::Event::as_json) has the whole event. An event that lacks a required
//! property, or has a property of another type, is [`Payload::Unknown`].

use serde_json::{Map, Number, Value};

use super::json::FromJson;

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident($ty:ty) = $wire:literal,)*) => {
        /// The properties of an event, by its type.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Payload {
            $(
                #[doc = concat!("`", $wire, "`:")]
                $(#[$doc])*
                $variant($ty),
            )*
            /// The whole JSON object of an event of an unknown type, or of one that lacks a
            /// required property.
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
    /// a file was transformed, and then stored.
    UploadPreTransformSuccess(UploadPreTransformSuccess) = "upload.pre-transform.success",
    /// a file could not be transformed, and was not stored.
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
    /// Properties of `video.transformation.accepted`. A `ready` or `error` event follows.
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

    /// Properties of `video.transformation.ready`.
    VideoTransformationReady {
        /// The request that started the transformation.
        request: VideoRequest = "request",
        /// Durations of the steps.
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

    /// Properties of `video.transformation.error`.
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
        /// Kind of the output.
        type_: VideoTransformationType = "type",
        /// Settings of the output.
        options: Option<VideoOptions> = "options",
    }

    /// A transformation of a video, with its result.
    ReadyVideoTransformation {
        /// Kind of the output.
        type_: VideoTransformationType = "type",
        /// Settings of the output.
        options: Option<VideoOptions> = "options",
        /// The result.
        output: Option<VideoOutput> = "output",
    }

    /// A transformation of a video, with the cause of its failure.
    FailedVideoTransformation {
        /// Kind of the output.
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

    /// Durations of the steps of a video transformation.
    VideoTimings {
        /// Time to fetch the source, in milliseconds.
        download_duration: Option<Number> = "download_duration",
        /// Time to encode the result, in milliseconds.
        encoding_duration: Option<Number> = "encoding_duration",
    }

    /// Cause of a failed video transformation.
    VideoFailure {
        /// The cause.
        reason: VideoFailureReason = "reason",
    }

    /// Properties of `upload.pre-transform.success`.
    UploadPreTransformSuccess {
        /// The upload.
        request: PreTransformRequest = "request",
        /// The stored file.
        data: UploadedFile = "data",
    }

    /// Properties of `upload.pre-transform.error`.
    UploadPreTransformError {
        /// The upload.
        request: PreTransformRequest = "request",
        /// File and cause.
        data: PreTransformErrorData = "data",
    }

    /// File and cause of a failed pre-transformation.
    PreTransformErrorData {
        /// Name of the file in the upload.
        name: String = "name",
        /// Path of the file in the upload.
        path: String = "path",
        /// The transformation with the cause of its failure.
        transformation: FailedTransformation = "transformation",
    }

    /// Properties of `upload.post-transform.success`.
    UploadPostTransformSuccess {
        /// The upload.
        request: PostTransformRequest = "request",
        /// File and result.
        data: PostTransformData = "data",
    }

    /// File and result of a post-transformation.
    PostTransformData {
        /// Id of the file.
        file_id: String = "fileId",
        /// URL of the result.
        url: String = "url",
        /// Name of the file.
        name: String = "name",
    }

    /// Properties of `upload.post-transform.error`.
    UploadPostTransformError {
        /// The upload.
        request: PostTransformRequest = "request",
        /// File and cause.
        data: PostTransformErrorData = "data",
    }

    /// File and cause of a failed post-transformation.
    PostTransformErrorData {
        /// Id of the file.
        file_id: String = "fileId",
        /// URL of the transformed file.
        url: String = "url",
        /// Name of the file.
        name: String = "name",
        /// Path of the file.
        path: String = "path",
        /// The transformation with the cause of its failure.
        transformation: FailedTransformation = "transformation",
    }

    /// An upload with a pre-transformation.
    PreTransformRequest {
        /// Id of the upload request.
        x_request_id: String = "x_request_id",
        /// The transformation, such as `w-400,h-300`.
        transformation: String = "transformation",
    }

    /// An upload with post-transformations.
    PostTransformRequest {
        /// Id of the upload request.
        x_request_id: String = "x_request_id",
        /// The transformation that the event is about.
        transformation: PostTransformation = "transformation",
    }

    /// A post-transformation of an upload.
    PostTransformation {
        /// Kind of the output.
        type_: PostTransformationType = "type",
        /// The transformation, such as `w-400,h-300`; the resolutions of an adaptive stream, such
        /// as `240_360`.
        value: Option<String> = "value",
        /// Protocol of an adaptive stream.
        protocol: Option<PostTransformationProtocol> = "protocol",
    }

    /// The outcome of a failed transformation of an upload.
    FailedTransformation {
        /// The cause.
        error: TransformationFailure = "error",
    }

    /// Cause of a failed transformation of an upload.
    TransformationFailure {
        /// The cause, such as `encoding_failed`.
        reason: String = "reason",
    }

    /// A file or a version of it, as it is after the event.
    FileEvent {
        /// The file.
        data: File = "data",
    }

    /// Properties of `file.deleted`.
    FileDeleted {
        /// The file.
        data: DeletedFile = "data",
    }

    /// A deleted file.
    DeletedFile {
        /// Id of the file.
        file_id: String = "fileId",
    }

    /// Properties of `file-version.deleted`.
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

    /// A folder, as it is after the event.
    FolderEvent {
        /// The folder.
        data: Folder = "data",
    }

    /// Properties of `folder.deleted`.
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
        /// Time of creation: an RFC 3339 timestamp.
        created_at: Option<String> = "createdAt",
        /// Time of the last change: an RFC 3339 timestamp.
        updated_at: Option<String> = "updatedAt",
    }

    /// A file with the properties of the response to its upload.
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
        /// Time of creation: an RFC 3339 timestamp.
        created_at: Option<String> = "createdAt",
        /// Time of the last change: an RFC 3339 timestamp.
        updated_at: Option<String> = "updatedAt",
        /// Creator of the folder.
        created_by: Option<FolderCreator> = "createdBy",
    }

    /// Creator of a folder.
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
        /// Confidence score of the extension.
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
    /// Kind of the output of a video transformation.
    VideoTransformationType {
        /// A converted video.
        VideoTransformation = "video-transformation",
        /// A video from an animated GIF.
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

    /// Cause of a failed video transformation.
    VideoFailureReason {
        /// The output could not be made.
        EncodingFailed = "encoding_failed",
        /// The source could not be fetched.
        DownloadFailed = "download_failed",
        /// The server failed.
        InternalServerError = "internal_server_error",
    }

    /// Kind of the output of a post-transformation.
    PostTransformationType {
        /// A transformed image or video.
        Transformation = "transformation",
        /// An adaptive stream.
        Abs = "abs",
        /// A video from an animated GIF.
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
