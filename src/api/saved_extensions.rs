//! Saved extensions. Start with
//! [`ImageKit::saved_extensions`](crate::ImageKit::saved_extensions).

use crate::client::Http;
use crate::raw::types::{
    CreateExtensionRequest, CreateExtensionResponse, ExtensionConfig, GetExtensionResponse,
    ListExtensionsResponse, UpdateExtensionRequest, UpdateExtensionResponse, required,
};
use crate::types::extensions::check_config;
use crate::validate::{check_changes, check_filled, check_id};

/// Configurations of extensions that are saved under an id.
///
/// [`ImageKit::saved_extensions`](crate::ImageKit::saved_extensions) returns it.
#[derive(Clone, Debug)]
pub struct SavedExtensions {
    http: Http,
}

impl SavedExtensions {
    pub(crate) fn new(http: Http) -> Self {
        Self { http }
    }

    /// Lists all saved extensions of the account.
    ///
    /// `.await` returns a `Vec` of [`SavedExtension`](crate::types::SavedExtension).
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/saved-extensions/list-extensions)
    pub fn list(&self) -> ListSavedExtensions {
        ListSavedExtensions::new(&self.http)
    }

    /// Saves the configuration of an extension. An account has at most 100.
    ///
    /// The name and the description, which says what it is for, are not empty. The configuration is
    /// not a reference to another saved one.
    ///
    /// `.await` returns the new [`SavedExtension`](crate::types::SavedExtension).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty name or description and a
    ///   configuration that ImageKit would refuse.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/saved-extensions/create-extension)
    pub fn create(
        &self,
        name: impl Into<String>,
        description: impl Into<String>,
        config: impl Into<ExtensionConfig>,
    ) -> CreateSavedExtension {
        let body = CreateExtensionRequest::new(required::CreateExtensionRequest {
            name: name.into(),
            description: description.into(),
            config: config.into(),
        });
        CreateSavedExtension::new(&self.http, body)
    }

    /// Returns one saved extension.
    ///
    /// `.await` returns [`SavedExtension`](crate::types::SavedExtension).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no saved extension has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/saved-extensions/get-extension)
    pub fn get(&self, id: impl Into<String>) -> GetSavedExtension {
        GetSavedExtension::new(&self.http, id.into())
    }

    /// Changes a saved extension: at least one of its settings. What is not set stays as it is.
    ///
    /// `.await` returns the changed [`SavedExtension`](crate::types::SavedExtension).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one. Also if nothing is set, and for an empty name or description and a
    ///   configuration that ImageKit would refuse.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no saved extension has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/saved-extensions/update-extension)
    pub fn update(&self, id: impl Into<String>) -> UpdateSavedExtension {
        let id = id.into();
        let body = UpdateExtensionRequest::new();
        UpdateSavedExtension::new(&self.http, id, body)
    }

    /// Deletes a saved extension for good. Uploads and updates that refer to it then fail.
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no saved extension has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/saved-extensions/delete-extension)
    pub fn delete(&self, id: impl Into<String>) -> DeleteSavedExtension {
        DeleteSavedExtension::new(&self.http, id.into())
    }
}

/// What to do about an empty name or description.
const NAME: &str = "give the saved extension a name";
const DESCRIPTION: &str = "say what the saved extension is for";

/// Changes to a saved extension.
impl UpdateSavedExtension {
    /// Sets another name, not empty.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        let name: String = name.into();
        self.body.name = name.into();
        self
    }

    /// Sets another description, not empty.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        let description: String = description.into();
        self.body.description = description.into();
        self
    }

    /// Sets another configuration, in place of the whole former one.
    pub fn config(mut self, config: impl Into<ExtensionConfig>) -> Self {
        let config: ExtensionConfig = config.into();
        self.body.config = config.into();
        self
    }
}

operation! {
    /// Lists all saved extensions of the account.
    ///
    /// Created by [`ik.saved_extensions().list()`](SavedExtensions::list).
    ///
    /// `.await` returns a `Vec` of [`SavedExtension`](crate::types::SavedExtension).
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/saved-extensions/list-extensions)
    ListSavedExtensions {  }
    LIST_EXTENSIONS -> ListExtensionsResponse, repeatable: true,
    send: |_call, client| client.list_extensions().send().await,
}

operation! {
    /// Saves the configuration of an extension. An account has at most 100.
    ///
    /// Created by [`ik.saved_extensions().create(name, description,
    /// config)`](SavedExtensions::create).
    ///
    /// `.await` returns the new [`SavedExtension`](crate::types::SavedExtension).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty name or description and a
    ///   configuration that ImageKit would refuse.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/saved-extensions/create-extension)
    CreateSavedExtension { body: CreateExtensionRequest }
    CREATE_EXTENSION -> CreateExtensionResponse, repeatable: false,
    check: |call| {
        check_filled("name", &call.body.name, NAME)?;
        check_filled("description", &call.body.description, DESCRIPTION)?;
        check_config(&call.body.config)
    },
    send: |call, client| client.create_extension().body(call.body.clone()).send().await,
}

operation! {
    /// Returns one saved extension.
    ///
    /// Created by [`ik.saved_extensions().get(id)`](SavedExtensions::get).
    ///
    /// `.await` returns [`SavedExtension`](crate::types::SavedExtension).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no saved extension has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/saved-extensions/get-extension)
    GetSavedExtension { id: String }
    GET_EXTENSION -> GetExtensionResponse, repeatable: true,
    check: |call| check_id("id", &call.id),
    send: |call, client| client.get_extension().id(&call.id).send().await,
}

operation! {
    /// Changes a saved extension: at least one of its settings. What is not set stays as it is.
    ///
    /// Created by [`ik.saved_extensions().update(id)`](SavedExtensions::update).
    ///
    /// `.await` returns the changed [`SavedExtension`](crate::types::SavedExtension).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one. Also if nothing is set, and for an empty name or description and a
    ///   configuration that ImageKit would refuse.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no saved extension has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/saved-extensions/update-extension)
    UpdateSavedExtension { id: String, body: UpdateExtensionRequest }
    UPDATE_EXTENSION -> UpdateExtensionResponse, repeatable: true,
    check: |call| {
        check_id("id", &call.id)?;
        let body = &call.body;
        let is_set = body.name.is_some() || body.description.is_some() || body.config.is_some();
        check_changes(is_set || call.options.has_extra_body(), "`name`, `description` and `config`")?;
        if let Some(name) = call.body.name.as_ref() {
            check_filled("name", name, NAME)?;
        }
        if let Some(description) = call.body.description.as_ref() {
            check_filled("description", description, DESCRIPTION)?;
        }
        match call.body.config.as_ref() {
            Some(config) => check_config(config),
            None => Ok(()),
        }
    },
    send: |call, client| client.update_extension().id(&call.id).body(call.body.clone()).send().await,
}

operation! {
    /// Deletes a saved extension for good. Uploads and updates that refer to it then fail.
    ///
    /// Created by [`ik.saved_extensions().delete(id)`](SavedExtensions::delete).
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no saved extension has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/saved-extensions/delete-extension)
    DeleteSavedExtension { id: String }
    DELETE_EXTENSION -> (), repeatable: true,
    already_done: |_error| Some(()),
    check: |call| check_id("id", &call.id),
    send: |call, client| client.delete_extension().id(&call.id).send().await?.map(|_| ()),
}
