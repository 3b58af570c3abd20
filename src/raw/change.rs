/// The change of a property that can be null: keep it, unset it or set it.
///
/// ```
/// use imagekitio::raw::types::{Change, UpdateFileRequestDetails};
///
/// let mut details = UpdateFileRequestDetails::new();
/// details.tags = Change::Unset;
/// details.custom_coordinates = "10,10,100,100".to_owned().into();
/// let body = serde_json::to_string(&details)?;
/// assert_eq!(body, r#"{"tags":null,"customCoordinates":"10,10,100,100"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Change<T> {
    /// The property is not sent.
    #[default]
    Keep,
    /// Null is sent.
    Unset,
    /// The value is sent.
    Set(T),
}

impl<T> From<T> for Change<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

/// Methods that [`Option`] has as well. Code that calls them still compiles when a later document
/// lets a property be null, which changes its type from `Option` to `Change`.
///
/// ```
/// use imagekitio::raw::types::Change;
///
/// let mut tags: Change<Vec<&str>> = Change::Unset;
/// assert!(tags.is_none() && tags.as_ref().is_none());
/// tags.get_or_insert_default().push("red");
/// assert_eq!(tags.as_ref(), Some(&vec!["red"]));
/// ```
impl<T> Change<T> {
    /// Returns the value to send, if there is one.
    pub const fn as_ref(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Unset => None,
        }
    }

    /// Returns whether a value is sent.
    pub const fn is_some(&self) -> bool {
        self.as_ref().is_some()
    }

    /// Returns whether no value is sent: the property is left out or null.
    pub const fn is_none(&self) -> bool {
        self.as_ref().is_none()
    }

    /// Returns the value to send, for changes. Sets the default value if no value is sent.
    pub fn get_or_insert_default(&mut self) -> &mut T
    where
        T: Default,
    {
        if self.is_none() {
            *self = Self::Set(T::default());
        }
        match self {
            Self::Set(value) => value,
            Self::Keep | Self::Unset => unreachable!("it was set above"),
        }
    }
}
