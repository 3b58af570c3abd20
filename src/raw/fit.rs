//! How well a JSON value fits a type: the way to choose between the arms of a union that has no
//! tag.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::number::Number;
use super::timestamp::Timestamp;

pub(crate) trait Fit {
    /// `None` if the value cannot be of this type. Otherwise a score, higher the more of the value
    /// the type knows.
    fn fit(value: &Value) -> Option<usize>;
}

impl Fit for String {
    fn fit(value: &Value) -> Option<usize> {
        value.is_string().then_some(0)
    }
}

impl Fit for Timestamp {
    fn fit(value: &Value) -> Option<usize> {
        String::fit(value)
    }
}

impl Fit for bool {
    fn fit(value: &Value) -> Option<usize> {
        value.is_boolean().then_some(0)
    }
}

impl Fit for Number {
    fn fit(value: &Value) -> Option<usize> {
        value.is_number().then_some(0)
    }
}

impl Fit for Value {
    fn fit(_: &Value) -> Option<usize> {
        Some(0)
    }
}

impl Fit for Map<String, Value> {
    fn fit(value: &Value) -> Option<usize> {
        value.is_object().then_some(0)
    }
}

impl<T: Fit> Fit for BTreeMap<String, T> {
    fn fit(value: &Value) -> Option<usize> {
        value.as_object()?.values().map(T::fit).sum()
    }
}

impl<T: Fit> Fit for Vec<T> {
    fn fit(value: &Value) -> Option<usize> {
        value.as_array()?.iter().map(T::fit).sum()
    }
}

impl<T: Fit> Fit for Option<T> {
    fn fit(value: &Value) -> Option<usize> {
        if value.is_null() {
            Some(0)
        } else {
            T::fit(value)
        }
    }
}

impl<T: Fit> Fit for Box<T> {
    fn fit(value: &Value) -> Option<usize> {
        T::fit(value)
    }
}
