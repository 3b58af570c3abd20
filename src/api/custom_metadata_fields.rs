//! Fields of custom metadata. Start with
//! [`ImageKit::custom_metadata_fields`](crate::ImageKit::custom_metadata_fields).

use super::{check_changes, check_filled, check_id, check_length};
use crate::client::Http;
use crate::raw::types::{
    CreateCustomMetadataFieldSchema, CreateNewFieldRequest, CreateNewFieldResponse,
    ListAllFieldsResponse, UpdateCustomMetadataFieldSchema, UpdateExistingFieldRequest,
    UpdateExistingFieldResponse, required,
};
use crate::types::field_schema;

/// Custom metadata fields. See [`ImageKit::custom_metadata_fields`](crate::ImageKit::custom_metadata_fields).
#[derive(Clone, Debug)]
pub struct CustomMetadataFields {
    http: Http,
}

impl CustomMetadataFields {
    pub(crate) fn new(http: Http) -> Self {
        Self { http }
    }

    /// All fields of the account in one list (`list-all-fields`).
    #[doc(alias = "get_custom_metadata_fields")]
    pub fn list(&self) -> ListCustomMetadataFields {
        ListCustomMetadataFields::new(&self.http, None, None)
    }

    /// Defines a field, for which files can then have a value (`create-new-field`).
    ///
    /// The name is the key in the custom metadata of files, and the label is what the media library shows. Neither the name
    /// nor the kind of the schema can be changed later, and the name stays taken even after the field is deleted. The
    /// schema is a [`FieldSchema`](crate::types::FieldSchema), or the generated type for what that doesn't know.
    #[doc(alias = "create_custom_metadata_fields")]
    pub fn create(
        &self,
        name: impl Into<String>,
        label: impl Into<String>,
        schema: impl Into<CreateCustomMetadataFieldSchema>,
    ) -> CreateCustomMetadataField {
        CreateCustomMetadataField::new(&self.http, name.into(), label.into(), schema.into(), None)
    }

    /// Changes the label, the schema or the description of a field (`update-existing-field`): at least one of them. What
    /// isn't set stays as it is.
    #[doc(alias = "update_custom_metadata_fields")]
    pub fn update(&self, id: impl Into<String>) -> UpdateCustomMetadataField {
        UpdateCustomMetadataField::new(&self.http, id.into(), None, None, None)
    }

    /// Deletes a field (`delete-a-field`). This cannot be undone, and its name can't be used again.
    ///
    /// The API refuses to delete a [`reserved`](crate::types::CustomMetadataField::reserved) field, and a field that is part
    /// of a path policy.
    #[doc(alias = "delete_custom_metadata_field")]
    pub fn delete(&self, id: impl Into<String>) -> DeleteCustomMetadataField {
        let id = id.into();
        DeleteCustomMetadataField::new(&self.http, id)
    }
}

/// Settings of a list of custom metadata fields.
impl ListCustomMetadataFields {
    /// Whether deleted fields are in the list. The server's default is false.
    pub fn include_deleted(mut self, include: bool) -> Self {
        self.include_deleted = Some(include);
        self
    }

    /// Only the fields that apply to the files in this folder, where path policies make a difference.
    pub fn folder_path(mut self, path: impl Into<String>) -> Self {
        self.folder_path = Some(path.into());
        self
    }
}

operation! {
    /// The settings of [`CustomMetadataFields::list`].
    ListCustomMetadataFields { include_deleted: Option<bool>, folder_path: Option<String> }
    LIST_ALL_FIELDS -> ListAllFieldsResponse, repeatable: true,
    send: |call, client| {
        let mut request = client.list_all_fields();
        if let Some(include) = call.include_deleted {
            request = request.include_deleted(include);
        }
        if let Some(path) = &call.folder_path {
            request = request.folder_path(path);
        }
        request.send().await
    },
}

/// Settings of a new custom metadata field.
impl CreateCustomMetadataField {
    /// An explanation of the field, of 500 characters at most.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

operation! {
    /// The arguments and settings of [`CustomMetadataFields::create`].
    CreateCustomMetadataField { name: String, label: String, schema: CreateCustomMetadataFieldSchema, description: Option<String> }
    CREATE_NEW_FIELD -> CreateNewFieldResponse, repeatable: false,
    check: |call| {
        check_filled("name", &call.name, "give the key of the field, such as `price`")?;
        check_filled("label", &call.label, "give what the media library shows, such as `Price`")?;
        field_schema::check_new(&call.schema)?;
        check_length(
            "description",
            call.description.as_deref().unwrap_or_default(),
            500,
        )
    },
    send: |call, client| {
        let mut body = CreateNewFieldRequest::new(required::CreateNewFieldRequest {
            name: call.name.clone(),
            label: call.label.clone(),
            schema: call.schema.clone(),
        });
        if let Some(description) = &call.description {
            body.description = description.clone().into();
        }
        client.create_new_field().body(body).send().await
    },
}

/// What is changed of a custom metadata field.
impl UpdateCustomMetadataField {
    /// What the media library shows.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The rules for values: those of a [`FieldSchema`](crate::types::FieldSchema) of the field's kind, or the generated type. The kind itself is not
    /// sent, as it cannot be changed.
    pub fn schema(mut self, schema: impl Into<UpdateCustomMetadataFieldSchema>) -> Self {
        self.schema = Some(schema.into());
        self
    }

    /// The explanation of the field, of 500 characters at most. An empty one removes it.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

operation! {
    /// The arguments and settings of [`CustomMetadataFields::update`].
    UpdateCustomMetadataField { id: String, label: Option<String>, schema: Option<UpdateCustomMetadataFieldSchema>, description: Option<String> }
    UPDATE_EXISTING_FIELD -> UpdateExistingFieldResponse,
    repeatable: true,
    check: |call| {
        check_id("id", &call.id)?;
        let is_set = call.label.is_some() || call.schema.is_some() || call.description.is_some();
        check_changes(is_set, "`label`, `schema` and `description`")?;
        if let Some(label) = &call.label {
            check_filled("label", label, "give what the media library shows, such as `Price`")?;
        }
        if let Some(schema) = &call.schema {
            field_schema::check_rules(schema)?;
        }
        check_length(
            "description",
            call.description.as_deref().unwrap_or_default(),
            500,
        )
    },
    send: |call, client| {
        let mut body = UpdateExistingFieldRequest::new();
        if let Some(label) = &call.label {
            body.label = label.clone().into();
        }
        if let Some(schema) = &call.schema {
            body.schema = schema.clone().into();
        }
        if let Some(description) = &call.description {
            body.description = description.clone().into();
        }
        client.update_existing_field().id(&call.id).body(body).send().await
    },
}

operation! {
    /// The arguments of [`CustomMetadataFields::delete`].
    DeleteCustomMetadataField { id: String }
    DELETE_A_FIELD -> (), repeatable: true,
    already_done: |_error| Some(()),
    check: |call| check_id("id", &call.id),
    send: |call, client| client.delete_a_field().id(&call.id).send().await?.map(|_| ()),
}
