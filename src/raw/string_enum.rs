//! String enums of the document.

/// Implements the traits of a string enum whose `Unknown` variant keeps every other value.
macro_rules! string_enum {
    ($name:ident { $($variant:ident $wire:literal;)* }) => {
        open_enum! { $name { $($variant $wire;)* } }

        impl $crate::raw::fit::Fit for $name {
            fn fit(value: &::serde_json::Value) -> Option<usize> {
                match value.as_str()? {
                    $($wire => Some(1),)*
                    _ => Some(0),
                }
            }
        }
    };
}
