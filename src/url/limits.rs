//! Values that the ImageKit documentation states for parameters.

use super::choices::{
    Anchor, AudioCodec, Crop, CropMode, Flip, Format, InnerAlignment, LayerMode, Resolution,
    Typography, VideoCodec,
};
use super::forms::Form;
use super::number::Limits;
use Form::{
    Color, Either, Expression, Free, List, Name, Number, Optional, Prompt, Sequence, Words,
};

const EXPRESSION: &[Form] = &[Expression];
const EXPRESSION_OR_AUTO: &[Form] = &[Expression, Words(&["auto"])];

pub(super) const SIZE: Limits = Limits::NOT_NEGATIVE.with(EXPRESSION_OR_AUTO, "");
pub(super) const ASPECT_RATIO: Limits = Limits::POSITIVE.with(
    &[
        Expression,
        Sequence(&[Number, Words(&["-", "_", ":"]), Number]),
    ],
    "a ratio such as `4-3`",
);
pub(super) const POSITION: Limits = Limits::ANY.with(EXPRESSION, "");
pub(super) const SECONDS: Limits = Limits::NOT_NEGATIVE.with(EXPRESSION, "");
pub(super) const LENGTH: Limits = Limits::NOT_NEGATIVE.with(EXPRESSION, "");
pub(super) const FONT_SIZE: Limits = Limits::POSITIVE.with(EXPRESSION, "");
pub(super) const ZOOM: Limits = Limits::POSITIVE;
pub(super) const DPR: Limits = Limits::new(0.1, 5.0).with(EXPRESSION_OR_AUTO, "");
pub(super) const QUALITY: Limits = Limits::new(1.0, 100.0);
pub(super) const DENSITY: Limits = Limits::new(1.0, 1200.0).with(EXPRESSION, "");
pub(super) const BLUR: Limits = Limits::new(1.0, 100.0);
pub(super) const PERCENT: Limits = Limits::new(0.0, 100.0);
pub(super) const PERCENT_OR_AUTO: Limits = PERCENT.with(&[Number, Words(&["auto"])], "");
pub(super) const OPACITY: Limits = PERCENT;
pub(super) const ALPHA: Limits = Limits::new(1.0, 9.0);
pub(super) const ROTATION: Limits = Limits::ANY.with(
    &[Number, Words(&["auto"]), Sequence(&[Words(&["V"]), Number])],
    "",
);
pub(super) const DIRECTION: Limits = Limits::new(0.0, 359.0).with(&[Number, Words(SIDES)], "");
pub(super) const CORNER: Limits = Limits::NOT_NEGATIVE.with(&[Number, Words(&["max"])], "");
/// The right side of a condition.
pub(super) const COMPARED: Limits = POSITION;

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

// Words and names.

pub(super) const SWITCH: Limits = Limits::words(&[Words(&["true", "false"])]);
pub(super) const FLAG: Limits = Limits::words(&[Words(&["true", "false", "1"])]);
pub(super) const NAME: Limits = Limits::ANY.with(&[Name], "a word of letters, digits, `_` and `-`");
pub(super) const FREE: Limits = Limits::ANY.with(&[Free], "a value without `,`, `:` and `/`");
pub(super) const CROP: Limits = Limits::words(&[Words(Crop::WORDS)]);
pub(super) const CROP_MODE: Limits = Limits::words(&[Words(CropMode::WORDS)]);
pub(super) const FORMAT: Limits = Limits::words(&[Words(Format::WORDS)]);
pub(super) const VIDEO_CODEC: Limits = Limits::words(&[Words(VideoCodec::WORDS)]);
pub(super) const AUDIO_CODEC: Limits = Limits::words(&[Words(AudioCodec::WORDS)]);
pub(super) const INNER_ALIGNMENT: Limits = Limits::words(&[Words(InnerAlignment::WORDS)]);
pub(super) const LAYER_MODE: Limits = Limits::words(&[Words(LayerMode::WORDS)]);
pub(super) const ANCHOR: Limits = Limits::words(&[Words(Anchor::WORDS)]);
pub(super) const FLIP: Limits = Limits::words(&[Words(Flip::WORDS), Words(&["v_h"])]);
pub(super) const TYPOGRAPHY: Limits = Limits::ANY.with(
    &[List(&Words(Typography::WORDS), "_", 1, 3)],
    "`b`, `i` and `strikethrough`, joined by `_`",
);
pub(super) const RESOLUTIONS: Limits = Limits::ANY.with(
    &[List(&Words(Resolution::WORDS), "_", 1, 7)],
    "240, 360, 480, 720, 1080, 1440 and 2160, joined by `_`",
);
pub(super) const PROMPT: Limits = Limits::ANY.with(&[Prompt], "`prompt-` and a description");

// Values with an inner structure.

const ON_OR_OFF: Form = Words(&["true", "false"]);

pub(super) const COLOR: Limits = Limits::ANY.with(&[Color], "");
pub(super) const BACKGROUND: Limits = Limits::ANY.with(
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
pub(super) const BORDER: Limits = Limits::ANY.with(
    &[Sequence(&[Expression, Words(&["_", "-"]), Color])],
    "a width and a color such as `5_FF0000`",
);
pub(super) const COLOR_REPLACE: Limits = Limits::ANY.with(
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
pub(super) const SHADOW: Limits = Limits::ANY.with(
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
pub(super) const GRADIENT: Limits = Limits::ANY.with(
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
pub(super) const COLORIZE: Limits = Limits::ANY.with(
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
pub(super) const DROP_SHADOW: Limits = Limits::ANY.with(
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
pub(super) const UNSHARP_MASK: Limits = Limits::ANY.with(
    &[ON_OR_OFF, List(&Number, "-", 4, 4)],
    "a value such as `2-2-0.8-0.024`",
);
pub(super) const SHARPEN: Limits = Limits::POSITIVE.with(&[Number, ON_OR_OFF], "");
pub(super) const TRIM: Limits = Limits::new(1.0, 99.0).with(&[Number, ON_OR_OFF], "");
pub(super) const DISTORT: Limits = Limits::ANY.with(
    &[
        Sequence(&[Words(&["p-"]), List(&Number, "_", 8, 8)]),
        Sequence(&[Words(&["a-"]), Number]),
    ],
    "a value such as `p-10_20_100_20_100_200_10_200` or `a-45`",
);
pub(super) const RADIUS: Limits = Limits::NOT_NEGATIVE.with(
    &[
        Expression,
        List(&Either(&[Number, Words(&["max"])]), "_", 1, 4),
    ],
    "`max`, or up to four radii such as `10_20_30_40`",
);
pub(super) const PAGE: Limits = Limits::FROM_ONE.with(
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
pub(super) const PADDING: Limits = Limits::NOT_NEGATIVE.with(
    &[Expression, List(&Number, "_", 1, 4)],
    "up to four numbers such as `10_20`",
);
pub(super) const FONT_OUTLINE: Limits = Limits::NOT_NEGATIVE.with(
    &[Number, Sequence(&[Number, Words(&["_"]), Color])],
    "a width and a color such as `2_A1CCDD50`",
);
pub(super) const FONT_SHADOW: Limits = Limits::ANY.with(
    &[Sequence(&[
        Color,
        Optional(&Sequence(&[Words(&["_"]), Number])),
    ])],
    "a color and an indentation such as `A1CCDD_3`",
);
