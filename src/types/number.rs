//! Numbers of the API in transformations and searches, such as the width of a file.

use super::Number;
use crate::search::SelectValue;
use crate::url::{Dimension, Numeric, Seconds};

macro_rules! from_number {
    ($($ty:ty;)*) => {
        $(impl From<Number> for $ty {
            fn from(number: Number) -> Self {
                match (number.as_u64(), number.as_i64()) {
                    (Some(number), _) => number.into(),
                    (None, Some(number)) => number.into(),
                    (None, None) => number.as_f64().into(),
                }
            }
        })*
    };
}

from_number! {
    Dimension<'_>;
    Numeric<'_>;
    Seconds<'_>;
    SelectValue;
}
