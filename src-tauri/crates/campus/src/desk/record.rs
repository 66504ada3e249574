//! Requests in the database.

use super::wire::{AccountNamed, AskedWish, Decision, Moment, Named, Request, Status};
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

/// References count up from the number after this one.
pub(super) const BEFORE_FIRST: i64 = 20_000;

const COLUMNS: &str = "seq, client_id, account, label, wish, note, requester, requester_name, status, created, modified, \
                       applies_at, done_at, decided_at, decided_by, decided_by_name, approved, reason, messages, accepted, for_people, approved_from";

/// By which people speak of a request: `RQ-20001`.
fn reference(seq: i64) -> String {
    format!("RQ-{}", BEFORE_FIRST + seq)
}

/// The number behind a reference.
pub(super) fn number(reference: &str) -> Option<i64> {
    let digits = reference.strip_prefix("RQ-")?;
    let is_plain = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = digits.parse().ok().filter(|_| is_plain)?;
    number.checked_sub(BEFORE_FIRST).filter(|seq| *seq > 0)
}

fn unreadable(problem: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(problem))
}

fn moment(milliseconds: i64) -> Result<Moment, sqlx::Error> {
    Timestamp::from_millisecond(milliseconds).map(Moment).map_err(unreadable)
}

fn moment_at(row: &SqliteRow, column: &str) -> Result<Option<Moment>, sqlx::Error> {
    row.try_get::<Option<i64>, _>(column)?.map(moment).transpose()
}

fn request(row: &SqliteRow) -> Result<Request, sqlx::Error> {
    let status: String = row.try_get("status")?;
    let status = Status::ALL.into_iter().find(|known| known.name() == status);
    let decision = match moment_at(row, "decided_at")? {
        None => None,
        Some(at) => {
            let by: Option<String> = row.try_get("decided_by")?;
            let name: Option<String> = row.try_get("decided_by_name")?;
            let by = by.map(|value| Named { value, display: name.unwrap_or_default() });
            let reason: Option<String> = row.try_get("reason")?;
            Some(Decision { by, approve: row.try_get("approved")?, reason: reason.unwrap_or_default(), at })
        }
    };
    Ok(Request {
        id: reference(row.try_get("seq")?),
        client_request_id: row.try_get("client_id")?,
        account: AccountNamed { value: row.try_get("account")?, label: row.try_get("label")? },
        wish: serde_json::from_str(row.try_get("wish")?).map_err(unreadable)?,
        note: row.try_get("note")?,
        accepted: row.try_get("accepted")?,
        requester: Named { value: row.try_get("requester")?, display: row.try_get("requester_name")? },
        status: status.ok_or_else(|| unreadable(std::io::Error::other("a status that is none")))?,
        created: moment(row.try_get("created")?)?,
        modified: moment(row.try_get("modified")?)?,
        applies_at: moment_at(row, "applies_at")?,
        done_at: moment_at(row, "done_at")?,
        decision,
        messages: serde_json::from_str(row.try_get("messages")?).map_err(unreadable)?,
        for_people: row.try_get("for_people")?,
        approved_from: row
            .try_get::<Option<&str>, _>("approved_from")?
            .map(serde_json::from_str)
            .transpose()
            .map_err(unreadable)?,
    })
}

/// A request to be kept.
#[derive(Debug)]
pub(super) struct NewRow<'r> {
    pub(super) requester: &'r Named,
    pub(super) client_id: &'r str,
    /// Digest of what was sent.
    pub(super) body: &'r str,
    pub(super) account: &'r AccountNamed,
    pub(super) wish: &'r AskedWish,
    /// Username of an account that is to be made.
    pub(super) new_name: Option<&'r str>,
    /// Units whose officers decide, where that does not follow from the account.
    pub(super) units: &'r [String],
    pub(super) note: &'r str,
    pub(super) accepted: bool,
    pub(super) at: Timestamp,
    /// When the desk decides by itself, in milliseconds since 1970.
    pub(super) due: Option<i64>,
}

/// Keeps a request that waits for its decision. Answers its number.
pub(super) async fn insert(connection: &mut SqliteConnection, row: NewRow<'_>) -> Result<i64, sqlx::Error> {
    let wish = serde_json::to_string(row.wish).map_err(unreadable)?;
    let at = row.at.as_millisecond();
    let done = sqlx::query(
        "INSERT INTO request (requester, requester_name, client_id, body, account, label, wish, new_name, units, note, accepted, \
         status, created, modified, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'with-desk', ?, ?, ?)",
    )
    .bind(&row.requester.value)
    .bind(&row.requester.display)
    .bind(row.client_id)
    .bind(row.body)
    .bind(&row.account.value)
    .bind(&row.account.label)
    .bind(wish)
    .bind(row.new_name.map(str::to_lowercase))
    .bind(serde_json::Value::from(row.units).to_string())
    .bind(row.note)
    .bind(row.accepted)
    .bind(at)
    .bind(at)
    .bind(row.due)
    .execute(connection)
    .await?;
    Ok(done.last_insert_rowid())
}

/// The request of that number.
pub(super) async fn by_number(
    connection: &mut SqliteConnection,
    number: i64,
) -> Result<Option<Request>, sqlx::Error> {
    let sql = format!("SELECT {COLUMNS} FROM request WHERE seq = ?");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(number).fetch_optional(connection).await?;
    row.as_ref().map(request).transpose()
}

/// Units whose officers decide on the request of that number, where that does not follow from the account.
pub(super) async fn units(
    connection: &mut SqliteConnection,
    number: i64,
) -> Result<Vec<String>, sqlx::Error> {
    let row =
        sqlx::query("SELECT units FROM request WHERE seq = ?").bind(number).fetch_one(connection).await?;
    serde_json::from_str(row.try_get(0)?).map_err(unreadable)
}

/// Whether somebody waits for an account of that username to be made.
pub(super) async fn is_wished(
    connection: &mut SqliteConnection,
    username: &str,
) -> Result<bool, sqlx::Error> {
    let row = sqlx::query(
        "SELECT EXISTS (SELECT 1 FROM request WHERE new_name = ? \
         AND status IN ('with-desk', 'needs-answer', 'applying'))",
    )
    .bind(username.to_lowercase())
    .fetch_one(connection)
    .await?;
    row.try_get(0)
}

/// How many requests of somebody wait for a decision.
pub(super) async fn open_of(connection: &mut SqliteConnection, requester: &str) -> Result<i64, sqlx::Error> {
    let sql = "SELECT count(*) FROM request WHERE requester = ? AND status IN ('with-desk', 'needs-answer')";
    sqlx::query(sql).bind(requester).fetch_one(connection).await?.try_get(0)
}

/// The request to which that person's program gave that id, with the digest of what was sent.
pub(super) async fn sent_before(
    connection: &mut SqliteConnection,
    requester: &str,
    client_id: &str,
) -> Result<Option<(Request, String)>, sqlx::Error> {
    let sql = format!("SELECT {COLUMNS}, body FROM request WHERE requester = ? AND client_id = ?");
    let row =
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(requester).bind(client_id).fetch_optional(connection);
    row.await?.map(|row| Ok((request(&row)?, row.try_get("body")?))).transpose()
}

/// Whose requests are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whose {
    /// The reader's own.
    Mine,
    /// Other people's undecided ones.
    Others,
    /// Other people's undecided ones for accounts of these units, or that these units' officers decide on.
    OthersInUnits(Vec<String>),
}

impl Whose {
    fn condition(&self) -> &'static str {
        match self {
            Self::Mine => "requester = ?1 AND ?2 IS NULL",
            Self::Others => "requester <> ?1 AND status IN ('with-desk', 'needs-answer') AND ?2 IS NULL",
            Self::OthersInUnits(_) => {
                "requester <> ?1 AND status IN ('with-desk', 'needs-answer') AND (\
                 EXISTS (SELECT 1 FROM resource JOIN reach USING (kind, seq) \
                 WHERE resource.kind = 'SecondaryAccount' AND resource.id = request.account \
                 AND reach.key IN (SELECT 'u:' || value FROM json_each(?2))) \
                 OR EXISTS (SELECT 1 FROM json_each(request.units) \
                 WHERE value IN (SELECT value FROM json_each(?2))))"
            }
        }
    }
}

/// Which requests are listed.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) reader: String,
    pub(super) whose: Whose,
    pub(super) client_id: Option<String>,
    /// Only those that are, or are not, undecided or on their way.
    pub(super) open: Option<bool>,
    pub(super) start: i64,
    pub(super) count: i64,
}

/// A page of requests, newest first, and how many there are in all.
pub(super) async fn list(
    connection: &mut SqliteConnection,
    wanted: &Wanted,
) -> Result<(i64, Vec<Request>), sqlx::Error> {
    let units = match &wanted.whose {
        Whose::OthersInUnits(units) => Some(serde_json::Value::from(units.as_slice()).to_string()),
        Whose::Mine | Whose::Others => None,
    };
    let condition = format!(
        "{} AND (?3 IS NULL OR client_id = ?3) \
         AND (?4 IS NULL OR (status IN ('with-desk', 'needs-answer', 'applying')) = ?4)",
        wanted.whose.condition()
    );
    let count = format!("SELECT count(*) FROM request WHERE {condition}");
    let total = sqlx::query(sqlx::AssertSqlSafe(count))
        .bind(&wanted.reader)
        .bind(&units)
        .bind(&wanted.client_id)
        .bind(wanted.open)
        .fetch_one(&mut *connection)
        .await?
        .try_get(0)?;
    let page = format!(
        "SELECT {COLUMNS} FROM request WHERE {condition} ORDER BY request.seq DESC LIMIT ?5 OFFSET ?6"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(page))
        .bind(&wanted.reader)
        .bind(&units)
        .bind(&wanted.client_id)
        .bind(wanted.open)
        .bind(wanted.count)
        .bind(wanted.start)
        .fetch_all(connection)
        .await?;
    Ok((total, rows.iter().map(request).collect::<Result<_, _>>()?))
}

/// Keeps what has become of a request. `due`: when the next thing happens by itself, in milliseconds since 1970.
pub(super) async fn keep(
    connection: &mut SqliteConnection,
    request: &Request,
    due: Option<i64>,
) -> Result<(), sqlx::Error> {
    let milliseconds = |moment: Moment| moment.0.as_millisecond();
    let decision = request.decision.as_ref();
    let by = decision.and_then(|decision| decision.by.as_ref());
    let messages = serde_json::to_string(&request.messages).map_err(unreadable)?;
    let approved_from = request.approved_from.as_ref().map(serde_json::to_string);
    let approved_from = approved_from.transpose().map_err(unreadable)?;
    sqlx::query(
        "UPDATE request SET account = ?, status = ?, modified = ?, due = ?, applies_at = ?, done_at = ?, decided_at = ?, \
         decided_by = ?, decided_by_name = ?, approved = ?, reason = ?, messages = ?, for_people = ?, approved_from = ? WHERE seq = ?",
    )
    .bind(&request.account.value)
    .bind(request.status.name())
    .bind(milliseconds(request.modified))
    .bind(due)
    .bind(request.applies_at.map(milliseconds))
    .bind(request.done_at.map(milliseconds))
    .bind(decision.map(|decision| milliseconds(decision.at)))
    .bind(by.map(|by| by.value.as_str()))
    .bind(by.map(|by| by.display.as_str()))
    .bind(decision.map(|decision| decision.approve))
    .bind(decision.map(|decision| decision.reason.as_str()))
    .bind(messages)
    .bind(request.for_people)
    .bind(approved_from)
    .bind(number(&request.id))
    .execute(connection)
    .await?;
    Ok(())
}

/// The earliest request to which something happens by itself until `now`, with the moment at which it does.
pub(super) async fn next_due(
    connection: &mut SqliteConnection,
    now: Timestamp,
) -> Result<Option<(Request, Timestamp)>, sqlx::Error> {
    let sql = format!("SELECT {COLUMNS}, due FROM request WHERE due <= ? ORDER BY due, seq LIMIT 1");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(now.as_millisecond()).fetch_optional(connection);
    row.await?.map(|row| Ok((request(&row)?, moment(row.try_get("due")?)?.0))).transpose()
}

/// Lays down when the desk decides by itself on what waits and is not left for people. `None`: it never does.
pub(super) async fn decide_after(
    connection: &mut SqliteConnection,
    seconds: Option<u32>,
) -> Result<(), sqlx::Error> {
    // What waits there was changed last when it came, or came back with an answer.
    sqlx::query("UPDATE request SET due = modified + ? WHERE status = 'with-desk' AND NOT for_people")
        .bind(seconds.map(|seconds| i64::from(seconds) * 1000))
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_has_one_spelling() {
        assert_eq!(reference(1), "RQ-20001", "people read it out: it begins with five digits");
        assert_eq!(number("RQ-20001"), Some(1));
        for other in
            ["RQ-20000", "RQ-020001", "RQ-+20001", "rq-20001", "20001", "RQ-", "RQ-99999999999999999999"]
        {
            assert_eq!(number(other), None, "{other} is no reference of ours");
        }
    }
}
