//! Videos and sound: length, codecs and bit rate, from the header of an MP4 or WebM file.

use serde_json::{Value, json};

/// What the header of a video or sound file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Film {
    /// Seconds.
    pub(super) duration: Option<f64>,
    /// Kilobits per second, of all tracks together.
    bit_rate: Option<u64>,
    video_codec: Option<String>,
    audio_codec: Option<String>,
    /// Width and height of the picture.
    size: Option<[u64; 2]>,
}

impl Film {
    /// Reads an MP4 or WebM file. `None` for everything else, and without the feature `media`.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        #[cfg(feature = "media")]
        {
            // Anyone may have made the bytes, and a parser may have bugs.
            std::panic::catch_unwind(|| media::read(bytes)).ok()?
        }
        #[cfg(not(feature = "media"))]
        {
            let _ = bytes;
            None
        }
    }

    /// The properties of the API. What isn't known is left out.
    pub(super) fn describe(&self) -> Value {
        let mut properties = json!({});
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                properties[name] = value;
            }
        };
        let whole = |seconds: f64| match seconds.fract() == 0.0 {
            true => json!(seconds as u64),
            false => json!(seconds),
        };
        set("duration", self.duration.map(whole));
        set("bitRate", self.bit_rate.map(Value::from));
        set(
            "videoCodec",
            self.video_codec.as_ref().map(|codec| json!(codec)),
        );
        set(
            "audioCodec",
            self.audio_codec.as_ref().map(|codec| json!(codec)),
        );
        set("width", self.size.map(|[width, _]| json!(width)));
        set("height", self.size.map(|[_, height]| json!(height)));
        properties
    }
}

#[cfg(feature = "media")]
mod media {
    use std::io::Cursor;

    use matroska_demuxer::{MatroskaFile, TrackType};
    use mp4parse::{CodecType, SampleEntry};

    use super::Film;

    /// A longer duration is taken for damage: a century.
    const MAX_SECONDS: f64 = 100.0 * 365.25 * 24.0 * 3600.0;

    pub(super) fn read(bytes: &[u8]) -> Option<Film> {
        let mut film = if bytes.get(4..8) == Some(b"ftyp") {
            mp4(bytes)?
        } else if bytes.starts_with(b"\x1A\x45\xDF\xA3") {
            webm(bytes)?
        } else {
            return None;
        };
        film.duration = film
            .duration
            .filter(|seconds| *seconds > 0.0 && *seconds <= MAX_SECONDS)
            // Milliseconds.
            .map(|seconds| (seconds * 1000.0).round() / 1000.0);
        let bits = bytes.len() as f64 * 8.0;
        film.bit_rate = film
            .duration
            .filter(|seconds| *seconds > 0.0)
            .map(|seconds| (bits / seconds / 1000.0).round() as u64);
        Some(film)
    }

    fn mp4(bytes: &[u8]) -> Option<Film> {
        let movie = mp4parse::read_mp4(&mut Cursor::new(bytes)).ok()?;
        let mut film = Film::default();
        for track in &movie.tracks {
            if let (Some(time), Some(scale)) = (&track.duration, &track.timescale)
                && scale.0 > 0
            {
                let seconds = time.0 as f64 / scale.0 as f64;
                film.duration = Some(film.duration.unwrap_or_default().max(seconds));
            }
            let entries = track.stsd.iter().flat_map(|entries| &entries.descriptions);
            for entry in entries {
                match entry {
                    SampleEntry::Video(video) => {
                        let size = [video.width, video.height].map(u64::from);
                        film.size.get_or_insert(size);
                        set(&mut film.video_codec, codec(video.codec_type));
                    }
                    SampleEntry::Audio(audio) => {
                        set(&mut film.audio_codec, codec(audio.codec_type));
                    }
                    SampleEntry::Unknown => {}
                }
            }
        }
        Some(film)
    }

    fn set(codec: &mut Option<String>, name: Option<&str>) {
        if codec.is_none() {
            *codec = name.map(str::to_owned);
        }
    }

    /// The names that FFmpeg has for codecs, as ImageKit does.
    fn codec(codec: CodecType) -> Option<&'static str> {
        Some(match codec {
            CodecType::H264 => "h264",
            CodecType::H263 => "h263",
            CodecType::MP4V => "mpeg4",
            CodecType::AV1 => "av1",
            CodecType::VP9 => "vp9",
            CodecType::VP8 => "vp8",
            CodecType::AAC => "aac",
            CodecType::MP3 => "mp3",
            CodecType::FLAC => "flac",
            CodecType::Opus => "opus",
            CodecType::ALAC => "alac",
            CodecType::LPCM => "pcm",
            _ => return None,
        })
    }

    fn webm(bytes: &[u8]) -> Option<Film> {
        let file = MatroskaFile::open(Cursor::new(bytes)).ok()?;
        let mut film = Film::default();
        let nanoseconds = file.info().timestamp_scale().get() as f64;
        film.duration = file
            .info()
            .duration()
            .map(|ticks| ticks * nanoseconds / 1e9);
        for track in file.tracks() {
            // Such as `V_VP9`, `A_OPUS`, `V_MPEG4/ISO/AVC` or `A_AAC/MPEG4/LC`.
            let id = track.codec_id();
            let name = match id {
                "V_MPEG4/ISO/AVC" => "h264".to_owned(),
                "V_MPEGH/ISO/HEVC" => "hevc".to_owned(),
                "A_MPEG/L3" => "mp3".to_owned(),
                _ => {
                    let name = id.split_once('_').map_or(id, |(_, name)| name);
                    name.split('/')
                        .next()
                        .unwrap_or_default()
                        .to_ascii_lowercase()
                }
            };
            match track.track_type() {
                TrackType::Video => set(&mut film.video_codec, Some(&name)),
                TrackType::Audio => set(&mut film.audio_codec, Some(&name)),
                _ => {}
            }
            if let Some(video) = track.video() {
                let size = [video.pixel_width().get(), video.pixel_height().get()];
                film.size.get_or_insert(size);
            }
        }
        Some(film)
    }
}
