//! What a spec update changes for users, as the maintainers' tool shows it.

use imagekitio_codegen::{Diff, diff};
use serde_json::{Value, json};

const NO_OVERLAY: &str = "{overlay: 1.0.0, actions: []}";

fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {
            "/things/{id}": {
                "get": {
                    "operationId": "get-thing",
                    "parameters": [
                        {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                        {"name": "sort", "in": "query", "schema": {"type": "string"}}
                    ],
                    "responses": {"200": {"description": "", "content": {"application/json": {
                        "schema": {"$ref": "#/components/schemas/Thing"}}}}}
                },
                "put": {
                    "operationId": "put-thing",
                    "parameters": [
                        {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}
                    ],
                    "requestBody": {"required": true, "content": {"application/json": {
                        "schema": {"$ref": "#/components/schemas/NewThing"}}}},
                    "responses": {"204": {"description": ""}}
                }
            }
        },
        "components": {"schemas": {
            "Thing": {"type": "object", "required": ["id"], "properties": {
                "id": {"type": "string"},
                "size": {"type": "number"},
                "state": {"$ref": "#/components/schemas/State"},
                "owner": {"oneOf": [{"type": "string"}, {"type": "number"}]}
            }},
            "NewThing": {"type": "object", "required": ["name"], "properties": {
                "name": {"type": "string"}, "size": {"type": "number"}
            }},
            "State": {"type": "string", "enum": ["ready", "failed"]}
        }}
    })
}

fn compared(change: impl FnOnce(&mut Value)) -> Diff {
    let mut after = document();
    change(&mut after);
    diff(&document().to_string(), &after.to_string(), NO_OVERLAY).unwrap()
}

/// Each change as a line, with `!` before breaking ones.
#[track_caller]
fn assert_changes(diff: &Diff, expected: &[&str]) {
    let found: Vec<String> = diff
        .changes
        .iter()
        .map(|change| {
            let sign = if change.is_breaking { "! " } else { "" };
            format!("{sign}{}: {}", change.place, change.what)
        })
        .collect();
    assert_eq!(found, expected);
}

const GET: &str = "/paths/~1things~1{id}/get";
const PUT: &str = "/paths/~1things~1{id}/put";
const SCHEMAS: &str = "/components/schemas";

fn at<'v>(document: &'v mut Value, start: &str, rest: &str) -> &'v mut Value {
    document.pointer_mut(&format!("{start}{rest}")).unwrap()
}

#[test]
fn one_document_has_no_differences() {
    let same = compared(|_| {});
    assert_changes(&same, &[]);
    assert_eq!(same.snapshots, []);
    assert_eq!(same.to_string(), "The client stays as it is.\n\n");
}

#[test]
fn prose_and_order_are_no_differences() {
    let same = compared(|document| {
        *at(document, SCHEMAS, "/Thing/properties/id") =
            json!({"type": "string", "title": "Id", "description": "Its id."});
        at(document, SCHEMAS, "/State/enum")
            .as_array_mut()
            .unwrap()
            .reverse();
        at(document, GET, "/parameters")
            .as_array_mut()
            .unwrap()
            .reverse();
    });
    assert_changes(&same, &[]);
}

#[test]
fn operations() {
    let diff = compared(|document| {
        let item = document.pointer_mut("/paths/~1things~1{id}").unwrap();
        let item = item.as_object_mut().unwrap();
        let mut get = item.remove("get").unwrap();
        get["operationId"] = "read-thing".into();
        item.insert("get".to_owned(), get);
        let mut put = item.remove("put").unwrap();
        put["operationId"] = "patch-thing".into();
        item.insert("patch".to_owned(), put);
    });
    assert_changes(
        &diff,
        &[
            "! GET /things/{id}: method: `get_thing` becomes `read_thing`",
            "! GET /things/{id}: reply: `GetThingResponse` becomes `ReadThingResponse`",
            "! PUT /things/{id}: operation `put_thing` is removed",
            "! GetThingResponse: type alias is removed",
            "! PutThingRequest: type alias is removed",
            "PATCH /things/{id}: operation `patch_thing` is added",
            "PatchThingRequest: type alias is added",
            "ReadThingResponse: type alias is added",
        ],
    );
}

#[test]
fn parameters() {
    let diff = compared(|document| {
        let parameters = at(document, GET, "/parameters").as_array_mut().unwrap();
        parameters[1]["schema"] = json!({"type": "boolean"});
        parameters.push(json!({"name": "limit", "in": "query", "schema": {"type": "number"}}));
        parameters.push(json!({"name": "X-Mode", "in": "header", "required": true, "schema": {"type": "string"}}));
    });
    assert_changes(
        &diff,
        &[
            "! GET /things/{id}: query parameter `sort`: `String` becomes `bool`",
            "! GET /things/{id}: header parameter `X-Mode` is added and required",
            "GET /things/{id}: query parameter `limit` is added",
        ],
    );

    let diff = compared(|document| at(document, GET, "/parameters/1")["required"] = true.into());
    assert_changes(
        &diff,
        &["! GET /things/{id}: query parameter `sort` becomes required"],
    );
    let diff = compared(|document| {
        at(document, GET, "/parameters")
            .as_array_mut()
            .unwrap()
            .pop();
    });
    assert_changes(
        &diff,
        &["! GET /things/{id}: query parameter `sort` is removed"],
    );
}

#[test]
fn bodies_replies_and_statuses() {
    let diff = compared(|document| {
        at(document, PUT, "")
            .as_object_mut()
            .unwrap()
            .remove("requestBody");
        let thing = json!({"description": "", "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Thing"}}}});
        at(document, PUT, "/responses")["200"] = thing;
        at(document, PUT, "/responses")
            .as_object_mut()
            .unwrap()
            .remove("204");
    });
    assert_changes(
        &diff,
        &[
            "! PUT /things/{id}: request: `PutThingRequest` becomes no body",
            "! PUT /things/{id}: reply: `()` becomes `PutThingResponse`",
            "! PutThingRequest: type alias is removed",
            "PUT /things/{id}: status `200` is documented",
            "PUT /things/{id}: status `204` is no longer documented",
            "PutThingResponse: type alias is added",
        ],
    );
}

#[test]
fn properties() {
    let diff = compared(|document| {
        let thing = at(document, SCHEMAS, "/Thing");
        thing["properties"]["size"] = json!({"type": "string"});
        thing["properties"]["color"] = json!({"type": "string"});
        let new = at(document, SCHEMAS, "/NewThing");
        new["required"] = json!(["size", "kind"]);
        new["properties"]["kind"] = json!({"type": "string"});
    });
    assert_changes(
        &diff,
        &[
            "! NewThing: property `kind` is added and required: the constructor takes it",
            "! NewThing: property `name`: `String` becomes `Option<String>`",
            "! NewThing: property `name` is no longer an argument of the constructor",
            "! NewThing: property `size`: `Option<Number>` becomes `Number`",
            "! NewThing: property `size` becomes an argument of the constructor",
            "! Thing: property `size`: `Option<Number>` becomes `Option<String>`",
            "Thing: property `color` is added",
        ],
    );
}

#[test]
fn enums_and_unions() {
    let diff = compared(|document| {
        *at(document, SCHEMAS, "/State/enum") = json!(["ready", "waiting"]);
        let owner = at(document, SCHEMAS, "/Thing/properties/owner");
        *owner = json!({"oneOf": [{"type": "string"}, {"type": "boolean"}]});
    });
    assert_changes(
        &diff,
        &[
            "! State: value `failed` is removed",
            "! ThingOwner: variant `Number` is removed",
            "State: value `waiting` is added",
            "ThingOwner: variant `Boolean` is added",
        ],
    );
}

#[test]
fn overlay_actions_without_effect() {
    let overlay = "
overlay: 1.0.0
actions:
  - target: $.components.schemas[?!@.properties.owner && @.properties.state].properties
    update: {owner: {type: string}}
  - target: $.components.schemas.State
    update: {enum: [waiting]}
  - target: $.components.schemas.NewThing
    update: {description: A thing to be made.}
";
    let mut after = document();
    after["components"]["schemas"]["State"]["enum"] = json!(["ready", "failed", "waiting"]);
    let diff = diff(&document().to_string(), &after.to_string(), overlay).unwrap();
    let idle: Vec<&str> = diff
        .idle_actions
        .iter()
        .map(|action| action.target.as_str())
        .collect();
    let first = "$.components.schemas[?!@.properties.owner && @.properties.state].properties";
    assert_eq!(idle, [first, "$.components.schemas.State"]);
    assert_changes(&diff, &[]);
    let shown = diff.to_string();
    let expected = "\
The client stays as it is.

Overlay actions without effect (2)
  $.components.schemas[?!@.properties.owner && @.properties.state].properties: changes nothing
  $.components.schemas.State: changes nothing

";
    assert_eq!(shown, expected);
}

#[test]
fn what_the_new_client_goes_without() {
    let diff = compared(|document| {
        at(document, GET, "")["callbacks"] = json!({"done": {}});
    });
    let found: Vec<&str> = diff.left_out.iter().map(String::as_str).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("callbacks"), "{found:?}");
}

#[test]
fn as_text_and_as_markdown() {
    let diff = compared(|document| {
        let thing = at(document, SCHEMAS, "/Thing/properties");
        thing["a`b"] = json!({"type": "string"});
        thing["<b>"] = json!({"type": "string"});
        at(document, PUT, "")["operationId"] = "set\n# things".into();
    });
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/diff");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| {
        insta::assert_snapshot!("text", diff);
        insta::assert_snapshot!("markdown", diff.to_markdown());
    });
}

#[test]
fn a_document_that_cannot_be_taken_names_its_place() {
    let mut after = document();
    after["paths"]["/things/{id}"]["get"]["parameters"][0]["style"] = "dotted".into();
    let problem = diff(&document().to_string(), &after.to_string(), NO_OVERLAY).unwrap_err();
    assert_eq!(
        problem.pointer,
        "/paths/~1things~1{id}/get/parameters/0/style"
    );
}

/// The maintainers' tool, in a folder of its own that has a document and an overlay.
struct Tool(std::path::PathBuf);

impl Tool {
    fn new(name: &str) -> Self {
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(folder.join("spec")).unwrap();
        let tool = Self(folder);
        tool.write("spec/imagekit.yaml", &document().to_string());
        tool.write("spec/overlay.yaml", NO_OVERLAY);
        tool
    }

    fn write(&self, path: &str, content: &str) {
        std::fs::write(self.0.join(path), content).unwrap();
    }

    /// Exit code, standard output and standard error.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_imagekitio-codegen"))
            .args(arguments)
            .current_dir(&self.0)
            .output()
            .unwrap();
        let [out, err] = [output.stdout, output.stderr].map(|s| String::from_utf8(s).unwrap());
        (output.status.code(), out, err)
    }

    fn present(&self) -> String {
        std::fs::read_to_string(self.0.join("spec/imagekit.yaml")).unwrap()
    }
}

#[test]
fn the_tool_compares_and_puts_in_place() {
    let tool = Tool::new("diff_tool");
    let mut newer = document();
    newer["components"]["schemas"]["State"]["enum"] = json!(["ready", "failed", "waiting"]);
    // Not only the same values: the same characters.
    let newer = format!("# Published.\n{newer}\n");
    tool.write("newer.yaml", &newer);

    let changes = "Compatible (1)\n  State: value `waiting` is added\n\n\
        Snapshots (1)\n  enum State: types.snap +1 -0\n\n";
    let compared = tool.run(&["diff", "newer.yaml"]);
    assert_eq!(compared, (Some(0), changes.to_owned(), String::new()));
    assert_eq!(tool.present(), document().to_string());

    let (code, out, _) = tool.run(&["update", "newer.yaml"]);
    assert_eq!(code, Some(0));
    assert!(out.starts_with(changes), "{out}");
    assert_eq!(tool.present(), newer);
    let again = tool.run(&["diff", "newer.yaml"]);
    assert_eq!(again.1, "The client stays as it is.\n\n");
}

#[test]
fn the_tool_refuses_what_cannot_be_taken() {
    let tool = Tool::new("diff_tool_refuses");
    tool.write("broken.yaml", "openapi: 2.0.0");
    let (code, out, err) = tool.run(&["update", "broken.yaml"]);
    let expected = "broken.yaml cannot be compared\nat #/openapi\n  found: version `2.0.0`\n  \
        fix:   use a document of OpenAPI 3.0 or 3.1\n";
    assert_eq!((code, out.as_str(), err.as_str()), (Some(1), "", expected));
    assert_eq!(tool.present(), document().to_string());

    tool.write("newer.yaml", &document().to_string());
    tool.write(
        "spec/overlay.yaml",
        "overlay: 1.0.0\nactions: [{update: {}}]",
    );
    let (code, out, err) = tool.run(&["diff", "newer.yaml"]);
    let expected = "spec/imagekit.yaml with its overlay cannot be compared\n\
        at #/actions/0/target\n  found: an action without a target\n  fix:   give it a JSONPath\n";
    assert_eq!((code, out.as_str(), err.as_str()), (Some(1), "", expected));

    for arguments in [
        &[][..],
        &["diff"],
        &["diff", "a", "b"],
        &["update", "a", "--force"],
    ] {
        let (code, out, err) = tool.run(arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(
            err.starts_with("Compares a newer OpenAPI document"),
            "{err}"
        );
    }
}
