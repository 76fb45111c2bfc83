//! What errnorm does, in twenty lines of Rust: rustc example.rs
mod errnorm;
use errnorm::{Builder, Response, Tables};

const ACME: &str = concat!(
    r#"{"errnorm":1,"provider":"acme","inherit":["openai_compatible"],"rules":[{"id":"acme-no-room","#,
    r#""when":{"status":503,"message":"no room in the inn"},"then":"provider_overloaded"}]}"#
);

fn main() -> Result<(), errnorm::Error> {
    let mut translator = Tables::builtin()?.translator()?;
    let body = br#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;
    let response = Response { provider: "anthropic", status: 529, headers: &[("retry-after", "20")], body, ..Default::default() };
    let verdict = translator.translate(&response)?;
    println!(
        "{}: answer {}, {} after {} ms, fail over to another {}",
        verdict.code().unwrap_or("no error"), verdict.http_status(),
        if verdict.retryable() { "try again" } else { "do not try again" },
        verdict.retry_after_ms().unwrap_or(0), verdict.failover()
    );
    let answer = verdict.render("openai").expect("a dialect that is built in");
    println!("{} {}, retry-after {}", answer.status, answer.header("content-type").unwrap_or(""), answer.header("retry-after").unwrap_or(""));
    println!("{}", answer.body);

    let mut translator = Builder::new()?.builtin()?.text("acme.json", ACME)?.finish()?.translator()?;
    let full = Response { provider: "acme", status: 503, body: br#"{"error":{"message":"no room in the inn"}}"#, ..Default::default() };
    let verdict = translator.translate(&full)?;
    println!("{}: {}", verdict.rule().unwrap_or(""), verdict.code().unwrap_or(""));

    if let Err(mistakes) = Builder::new()?.builtin()?.text("acme.json", &ACME.replace("message", "mesage"))?.finish() {
        println!("{mistakes}");
    }
    Ok(())
}
