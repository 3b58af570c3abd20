//! Layers: the representation of overlays of any kind.

use std::borrow::Cow;

use super::Transformation;
use super::allowed::Allowed;
use super::buffer::{Buffer, trim_slashes};
use super::documented;
use super::overlay::Encoding;
use super::write_value::WriteValue;
use crate::problem::Problem;

/// An overlay of any kind.
#[derive(Clone, Debug)]
pub(crate) struct Layer<'a> {
    kind: LayerKind,
    content: Cow<'a, str>,
    pub(crate) encoding: Encoding,
    /// In the order of the URL.
    options: Vec<(LayerOption, Buffer)>,
    /// The steps that transform the layer.
    pub(crate) steps: Transformation,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum LayerKind {
    Text,
    Image,
    Video,
    Subtitle,
    SolidColor,
    /// A block with a gradient only.
    Canvas,
}

/// The options of a layer apart from its content and its steps, in the order of the URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LayerOption {
    Mode,
    X,
    Y,
    XCenter,
    YCenter,
    Focus,
    AnchorPoint,
    Start,
    End,
    Duration,
}

impl LayerOption {
    const fn code(self) -> &'static str {
        match self {
            Self::Mode => "lm",
            Self::X => "lx",
            Self::Y => "ly",
            Self::XCenter => "lxc",
            Self::YCenter => "lyc",
            Self::Focus => "lfo",
            Self::AnchorPoint => "lap",
            Self::Start => "lso",
            Self::End => "leo",
            Self::Duration => "ldu",
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Mode => "layer_mode",
            Self::X => "x",
            Self::Y => "y",
            Self::XCenter => "x_center",
            Self::YCenter => "y_center",
            Self::Focus => "focus",
            Self::AnchorPoint => "anchor_point",
            Self::Start => "start",
            Self::End => "end",
            Self::Duration => "duration",
        }
    }

    pub(crate) const fn allowed(self) -> Allowed {
        match self {
            Self::Mode => documented::LAYER_MODE,
            Self::X | Self::Y | Self::XCenter | Self::YCenter => documented::POSITION,
            Self::Focus | Self::AnchorPoint => documented::ANCHOR,
            Self::Start | Self::End | Self::Duration => documented::SECONDS,
        }
    }
}

impl<'a> Layer<'a> {
    pub(crate) fn new(kind: LayerKind, content: Cow<'a, str>) -> Self {
        Self {
            kind,
            content,
            encoding: Encoding::Auto,
            options: Vec::new(),
            steps: Transformation::new(),
        }
    }

    /// Refuses content that can't be a color.
    pub(crate) fn check_color(&mut self) {
        if let Err(mut problem) = documented::COLOR.check_string(&self.content) {
            problem.name("color");
            self.steps.refuse(problem);
        }
    }

    /// Sets an option. An empty value leaves it out.
    pub(crate) fn set(&mut self, option: LayerOption, value: &impl WriteValue) {
        let mut buffer = Buffer::default();
        value.write(&mut buffer);
        buffer.name_problem(option.name());
        match self
            .options
            .binary_search_by_key(&option, |(option, _)| *option)
        {
            Ok(place) => self.options[place].1 = buffer,
            Err(place) => self.options.insert(place, (option, buffer)),
        }
    }

    /// Returns the depth of the nested layers, including this one.
    pub(crate) fn depth(&self) -> u8 {
        self.steps.depth.saturating_add(1)
    }

    /// Returns the argument that sets the content, and how to fix empty content.
    fn content_argument(&self) -> (&'static str, &'static str) {
        match self.kind {
            LayerKind::Text => ("text", "give it text"),
            LayerKind::SolidColor => ("color", "give it a color"),
            _ => ("input", "give it the path of a file"),
        }
    }

    pub(crate) fn write(&self, buffer: &mut Buffer) {
        let (argument, fix) = self.content_argument();
        let content = match self.kind {
            LayerKind::Text | LayerKind::SolidColor => &self.content,
            _ => trim_slashes(&self.content),
        };
        if content.is_empty() && self.kind != LayerKind::Canvas {
            buffer.refuse(Problem::new(
                argument,
                format!("an overlay needs content and this one is empty; {fix}"),
            ));
        }
        buffer.push_safe(match self.kind {
            LayerKind::Text => "l-text,",
            LayerKind::Image => "l-image,",
            LayerKind::Video => "l-video,",
            LayerKind::Subtitle => "l-subtitles,",
            LayerKind::SolidColor => "l-image,i-ik_canvas,bg-",
            LayerKind::Canvas => "l-image,i-ik_canvas",
        });
        match self.kind {
            LayerKind::Text => self.write_content(buffer, content, is_plain, Buffer::push_encoded),
            LayerKind::SolidColor => buffer.push_value(content),
            LayerKind::Canvas => {}
            _ => {
                let is_plain = |byte| byte == b'/' || is_plain(byte);
                self.write_content(buffer, content, is_plain, Buffer::push_path);
            }
        }
        buffer.name_problem(argument);
        for (option, value) in &self.options {
            if value.is_empty() {
                // An invalid expression writes nothing, and has a problem.
                buffer.append(value);
                continue;
            }
            buffer.push_safe(",");
            buffer.push_safe(option.code());
            if value.as_str() != "-" {
                buffer.push_safe("-");
                buffer.append(value);
            }
        }
        if !self.steps.is_empty() {
            buffer.push_safe(",");
        }
        buffer.append(self.steps.buffer());
        buffer.push_safe(",l-end");
    }

    /// Writes the content. [`Encoding::Auto`] chooses base64 unless every byte is plain.
    fn write_content(
        &self,
        buffer: &mut Buffer,
        content: &str,
        is_plain: impl Fn(u8) -> bool,
        push_plain: impl Fn(&mut Buffer, &str),
    ) {
        let base64 = match self.encoding {
            Encoding::Plain => false,
            Encoding::Base64 => true,
            Encoding::Auto => !content.bytes().all(is_plain),
        };
        if base64 {
            buffer.push_safe("ie-");
            buffer.push_base64(content);
        } else {
            buffer.push_safe("i-");
            push_plain(buffer, content);
        }
    }
}

/// Returns whether content with this byte can be sent without base64.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b' ')
}
