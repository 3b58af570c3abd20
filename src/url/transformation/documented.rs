//! The values that ImageKit documents for each parameter.

use super::allowed::Allowed;
use super::keywords::{
    Anchor, AudioCodec, Crop, CropMode, Flip, Format, InnerAlignment, LayerMode, Resolution,
    Typography, VideoCodec,
};
use super::pattern::Pattern;
use Pattern::{
    Color, Either, Expression, Free, List, Name, Number, Optional, Prompt, Sequence, Words,
};

const EXPRESSION: &[Pattern] = &[Expression];
const EXPRESSION_OR_AUTO: &[Pattern] = &[Expression, Words(&["auto"])];

pub(crate) const SIZE: Allowed = Allowed::NOT_NEGATIVE.with(EXPRESSION_OR_AUTO, "");
pub(crate) const ASPECT_RATIO: Allowed = Allowed::POSITIVE.with(
    &[
        Expression,
        Sequence(&[Number, Words(&["-", "_", ":"]), Number]),
    ],
    "a ratio such as `4-3`",
);
pub(crate) const POSITION: Allowed = Allowed::ANY.with(EXPRESSION, "");
pub(crate) const SECONDS: Allowed = Allowed::NOT_NEGATIVE.with(EXPRESSION, "");
pub(crate) const LENGTH: Allowed = Allowed::NOT_NEGATIVE.with(EXPRESSION, "");
pub(crate) const FONT_SIZE: Allowed = Allowed::POSITIVE.with(EXPRESSION, "");
pub(crate) const ZOOM: Allowed = Allowed::POSITIVE;
pub(crate) const CONTRAST: Allowed = Allowed::POSITIVE;
pub(crate) const DPR: Allowed = Allowed::range(0.1, 5.0).with(EXPRESSION_OR_AUTO, "");
pub(crate) const QUALITY: Allowed = Allowed::range(1.0, 100.0);
pub(crate) const DENSITY: Allowed = Allowed::range(1.0, 1200.0).with(EXPRESSION, "");
pub(crate) const BLUR: Allowed = Allowed::range(1.0, 100.0);
pub(crate) const PERCENT: Allowed = Allowed::range(0.0, 100.0);
pub(crate) const PERCENT_OR_AUTO: Allowed = PERCENT.with(&[Number, Words(&["auto"])], "");
pub(crate) const OPACITY: Allowed = PERCENT;
pub(crate) const ALPHA: Allowed = Allowed::range(1.0, 9.0);
pub(crate) const ROTATION: Allowed = Allowed::ANY.with(
    &[Number, Words(&["auto"]), Sequence(&[Words(&["V"]), Number])],
    "",
);
pub(crate) const DIRECTION: Allowed = Allowed::range(0.0, 359.0).with(&[Number, Words(SIDES)], "");
pub(crate) const CORNER: Allowed = Allowed::NOT_NEGATIVE.with(&[Number, Words(&["max"])], "");
/// The right side of a condition.
pub(crate) const COMPARED: Allowed = POSITION;

const SIDES: &[&str] = &[
    "top",
    "left",
    "bottom",
    "right",
    "top_left",
    "top_right",
    "bottom_left",
    "bottom_right",
];

// Words and names:

pub(crate) const SWITCH: Allowed = Allowed::words(&[Words(&["true", "false"])]);
pub(crate) const FLAG: Allowed = Allowed::words(&[Words(&["true", "false", "1"])]);
pub(crate) const NAME: Allowed =
    Allowed::ANY.with(&[Name], "a word of letters, digits, `_` and `-`");
pub(crate) const FREE: Allowed = Allowed::ANY.with(&[Free], "a value without `,`, `:` and `/`");
pub(crate) const CROP: Allowed = Allowed::words(&[Words(Crop::WORDS)]);
pub(crate) const CROP_MODE: Allowed = Allowed::words(&[Words(CropMode::WORDS)]);
pub(crate) const FORMAT: Allowed = Allowed::words(&[Words(Format::WORDS)]);
pub(crate) const VIDEO_CODEC: Allowed = Allowed::words(&[Words(VideoCodec::WORDS)]);
pub(crate) const AUDIO_CODEC: Allowed = Allowed::words(&[Words(AudioCodec::WORDS)]);
pub(crate) const INNER_ALIGNMENT: Allowed = Allowed::words(&[Words(InnerAlignment::WORDS)]);
pub(crate) const LAYER_MODE: Allowed = Allowed::words(&[Words(LayerMode::WORDS)]);
pub(crate) const ANCHOR: Allowed = Allowed::words(&[Words(Anchor::WORDS)]);
pub(crate) const FLIP: Allowed = Allowed::words(&[Words(Flip::WORDS), Words(&["v_h"])]);
pub(crate) const TYPOGRAPHY: Allowed = Allowed::ANY.with(
    &[List(&Words(Typography::WORDS), "_", 1, 3)],
    "`b`, `i` and `strikethrough`, joined by `_`",
);
pub(crate) const RESOLUTIONS: Allowed = Allowed::ANY.with(
    &[List(&Words(Resolution::WORDS), "_", 1, 7)],
    "240, 360, 480, 720, 1080, 1440 and 2160, joined by `_`",
);
pub(crate) const PROMPT: Allowed = Allowed::ANY.with(&[Prompt], "`prompt-` and a description");

// Values with several parts:

const ON_OR_OFF: Pattern = Words(&["true", "false"]);

pub(crate) const COLOR: Allowed = Allowed::ANY.with(&[Color], "");
/// The number of colors of a gradient.
pub(crate) const PALETTE: Allowed = Allowed::words(&[Words(&["2", "4"])]);
pub(crate) const BACKGROUND: Allowed = Allowed::ANY.with(
    &[
        Color,
        Sequence(&[
            Words(&["gradient_dominant"]),
            Optional(&Sequence(&[Words(&["_"]), Number])),
        ]),
        Sequence(&[
            Words(&["blurred_"]),
            Either(&[Number, Words(&["auto"])]),
            Optional(&Sequence(&[Words(&["_"]), Number])),
        ]),
        Sequence(&[Words(&["genfill-"]), Prompt]),
    ],
    "a value such as `dominant`, `gradient_dominant_2`, `blurred_25_N15` or `genfill`",
);
pub(crate) const BORDER: Allowed = Allowed::ANY.with(
    &[Sequence(&[Expression, Words(&["_", "-"]), Color])],
    "a width and a color such as `5_FF0000`",
);
pub(crate) const COLOR_REPLACE: Allowed = Allowed::ANY.with(
    &[Sequence(&[
        Color,
        Optional(&Sequence(&[
            Words(&["_"]),
            Number,
            Optional(&Sequence(&[Words(&["_"]), Color])),
        ])),
    ])],
    "a value such as `FF0000` or `FF0000_10_0000FF`",
);
pub(crate) const SHADOW: Allowed = Allowed::ANY.with(
    &[
        ON_OR_OFF,
        List(
            &Sequence(&[Words(&["bl-", "st-", "x-", "y-"]), Number]),
            "_",
            1,
            4,
        ),
    ],
    "a value such as `bl-15_st-40_x-10_y-N5`",
);
pub(crate) const GRADIENT: Allowed = Allowed::ANY.with(
    &[
        ON_OR_OFF,
        List(
            &Either(&[
                Sequence(&[Words(&["ld-"]), Either(&[Number, Words(SIDES)])]),
                Sequence(&[Words(&["from-", "to-"]), Color]),
                Sequence(&[Words(&["sp-"]), Expression]),
            ]),
            "_",
            1,
            4,
        ),
    ],
    "a value such as `ld-180_from-FFFFFF_to-00000000_sp-1`",
);
pub(crate) const COLORIZE: Allowed = Allowed::ANY.with(
    &[List(
        &Either(&[
            Sequence(&[Words(&["co-"]), Color]),
            Sequence(&[Words(&["in-"]), Number]),
        ]),
        "_",
        1,
        2,
    )],
    "a value such as `co-red_in-50`",
);
pub(crate) const DROP_SHADOW: Allowed = Allowed::ANY.with(
    &[
        ON_OR_OFF,
        List(
            &Sequence(&[Words(&["az-", "el-", "st-"]), Number]),
            "_",
            1,
            3,
        ),
    ],
    "a value such as `az-215_el-45_st-60`",
);
pub(crate) const UNSHARP_MASK: Allowed = Allowed::ANY.with(
    &[ON_OR_OFF, List(&Number, "-", 4, 4)],
    "a value such as `2-2-0.8-0.024`",
);
pub(crate) const SHARPEN: Allowed = Allowed::POSITIVE.with(&[Number, ON_OR_OFF], "");
pub(crate) const TRIM: Allowed = Allowed::range(1.0, 99.0).with(&[Number, ON_OR_OFF], "");
pub(crate) const DISTORT: Allowed = Allowed::ANY.with(
    &[
        Sequence(&[Words(&["p-"]), List(&Number, "_", 8, 8)]),
        Sequence(&[Words(&["a-"]), Number]),
    ],
    "a value such as `p-10_20_100_20_100_200_10_200` or `a-45`",
);
pub(crate) const RADIUS: Allowed = Allowed::NOT_NEGATIVE.with(
    &[
        Expression,
        List(&Either(&[Number, Words(&["max"])]), "_", 1, 4),
    ],
    "`max`, or up to four radii such as `10_20_30_40`",
);
pub(crate) const PAGE: Allowed = Allowed::FROM_ONE.with(
    &[
        Number,
        List(
            &Either(&[
                Sequence(&[
                    Number,
                    Optional(&Sequence(&[Words(&["-"]), Optional(&Number)])),
                ]),
                Sequence(&[Words(&["name-"]), Free]),
            ]),
            "_",
            1,
            usize::MAX,
        ),
    ],
    "pages such as `1_3_5`, `2-4`, `4-` or `name-\"layer\"`",
);
pub(crate) const PADDING: Allowed = Allowed::NOT_NEGATIVE.with(
    &[Expression, List(&Number, "_", 1, 4)],
    "up to four numbers such as `10_20`",
);
pub(crate) const FONT_OUTLINE: Allowed = Allowed::NOT_NEGATIVE.with(
    &[Number, Sequence(&[Number, Words(&["_"]), Color])],
    "a width and a color such as `2_A1CCDD50`",
);
pub(crate) const FONT_SHADOW: Allowed = Allowed::ANY.with(
    &[Sequence(&[
        Color,
        Optional(&Sequence(&[Words(&["_"]), Number])),
    ])],
    "a color and an indentation such as `A1CCDD_3`",
);
