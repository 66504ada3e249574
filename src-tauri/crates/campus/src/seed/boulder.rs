//! Accounts of an institution where each is opened with its own password, so that no grant is on record.

use super::accounts::{NewAccount, account};
use super::rows::Writer;
use sqlx::SqliteConnection;

const MAREN: &str = "Maren Tolliver";
/// Student groups' accounts belong to it (B9).
const STUDENT_INVOLVEMENT: &str = "Center for Student Involvement";

pub(super) async fn write(
    writer: &mut Writer<'_>,
    connection: &mut SqliteConnection,
) -> Result<(), sqlx::Error> {
    let members = ["Leonie Strake", "Saoirse Greenholt"];
    writer.team(connection, STUDENT_INVOLVEMENT, "students", &members).await?;
    for account in cast().into_iter().chain(plain_earth()).chain(student_groups()).chain(elsewhere()) {
        account.write(writer, connection).await?;
    }
    Ok(())
}

fn group(username: &str, name: &str) -> NewAccount {
    account(username, name, "group-account", "earth")
}

/// Accounts with a story: Maren's five, and one for every state.
fn cast() -> Vec<NewAccount> {
    vec![
        group("enquiries", "Earth Sciences Enquiries").owned_by(MAREN).full(24),
        group("seminars", "Earth Sciences Seminars").owned_by(MAREN),
        group("outreach", "Earth Sciences Outreach").owned_by(MAREN).without_mfa().expires(8),
        group("labdata", "Laboratory data transfer").owned_by(MAREN),
        group("basaltroom", "Basalt Room bookings").owned_by(MAREN).state("neverActivated"),
        group("fieldwork", "Fieldwork Planning").owned_by("Idris Penhallow"),
        group("geochemlab", "Geochemistry Laboratory").owned_by("Piet Vantongeren").without_mfa(),
        group("oldcorestore", "Core Store").owned_by("Kwame Ashdown").without_mfa(),
        group("admissions", "Earth Sciences Admissions").owned_by("Rosalind Ostrander").full(92),
        group("seismicdesk", "Seismic Desk").owned_by("Adaeze Whitlow").full(104),
        group("rockstore", "Rock Store").owned_by("Adaeze Whitlow").full(97),
        group("alumniearth", "Earth Sciences Alumni").owned_by("Tomasz Birkwood").hidden(),
        group("fieldschool", "Field School").owned_by("Rosalind Ostrander").state("neverActivated"),
        group("surveyoffice", "Survey Office").owned_by("Tomasz Birkwood").state("suspended").without_mfa(),
        group("mappingproject", "Mapping Project").owned_by("Rosalind Ostrander").expires(-41),
    ]
}

/// Earth Sciences beyond the cast: group accounts, then student employees'. With it the unit has 63.
fn plain_earth() -> Vec<NewAccount> {
    const TOPICS: [&str; 36] = [
        "isotopes",
        "volcano",
        "climate",
        "hydrology",
        "minerals",
        "glaciers",
        "tectonics",
        "oceans",
        "fossils",
        "planets",
        "finance",
        "purchasing",
        "safety",
        "stores",
        "workshop",
        "graduates",
        "teaching",
        "timetable",
        "opendays",
        "newsletter",
        "press",
        "webeditors",
        "exams",
        "travel",
        "visitors",
        "keys",
        "reading",
        "photos",
        "maps",
        "drones",
        "gravity",
        "clay",
        "dust",
        "microscopes",
        "datasteward",
        "reception",
    ];
    const DESKS: [&str; 12] = [
        "labhelper",
        "fieldhelper",
        "deskhelper",
        "mapshelper",
        "webhelper",
        "storehelper",
        "tourhelper",
        "examhelper",
        "newshelper",
        "keyhelper",
        "scanhelper",
        "photohelper",
    ];
    let owners =
        ["Tomasz Birkwood", "Sunniva Marsh", "Adaeze Whitlow", "Rosalind Ostrander", "Greta Moorcroft"];
    let owners = || owners.iter().cycle();
    let topics = TOPICS.iter().zip(owners()).map(|(topic, owner)| {
        group(&format!("earth{topic}"), &format!("Earth Sciences {topic}")).owned_by(owner)
    });
    let employees = DESKS.iter().zip(owners()).zip(0..).map(|((desk, owner), turn)| {
        account(&format!("exc{desk}"), &format!("Student employee, {desk}"), "exc-account", "earth")
            .owned_by(owner)
            .expires(20 + turn * 15)
    });
    topics.chain(employees).collect()
}

fn student_groups() -> Vec<NewAccount> {
    const CLUBS: [(&str, &str); 12] = [
        ("chessclub", "Chess Club"),
        ("hikingclub", "Hiking Club"),
        ("radioclub", "Radio Club"),
        ("debateclub", "Debate Club"),
        ("choirclub", "Choir"),
        ("robotclub", "Robot Club"),
        ("filmclub", "Film Club"),
        ("gardenclub", "Garden Club"),
        ("skiclub", "Ski Club"),
        ("danceclub", "Dance Club"),
        ("puzzleclub", "Puzzle Club"),
        ("starclub", "Stargazers"),
    ];
    CLUBS
        .iter()
        .map(|(username, name)| {
            account(username, name, "student-group-account", "students").owned_by(STUDENT_INVOLVEMENT)
        })
        .collect()
}

fn elsewhere() -> Vec<NewAccount> {
    const UNITS: [(&str, &str, &str); 5] = [
        ("history", "History", "Hesper Quillfeather"),
        ("library", "Library", "Oona Garrick"),
        ("students", "Student Services", "Leonie Strake"),
        ("chemistry", "Chemistry", "Ivo Meadowcroft"),
        ("it", "IT Services", "Beatrix Longacre"),
    ];
    const TOPICS: [(&str, &str); 3] =
        [("office", "Office"), ("events", "Events"), ("frontdesk", "Front Desk")];
    UNITS
        .iter()
        .flat_map(|(unit, unit_name, owner)| {
            TOPICS.iter().map(move |(local, name)| {
                account(&format!("{unit}{local}"), &format!("{unit_name} {name}"), "group-account", unit)
                    .owned_by(owner)
            })
        })
        .collect()
}
