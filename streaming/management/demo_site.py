"""The demo's site as data: four agencies of Dubai, their groups and cameras, in English and Arabic."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DemoAgency:
    code: str
    limit: int
    name_en: str
    name_ar: str


@dataclass(frozen=True, kw_only=True)
class DemoGroup:
    agency: str
    name_en: str
    name_ar: str
    parent_en: str = ""


@dataclass(frozen=True, kw_only=True)
class DemoCamera:
    """`secured`: its RTSP server asks for user and password. `online` False: nothing listens at its URL."""

    camera_id: str
    agency: str
    group_en: str
    name_en: str
    name_ar: str
    place: str
    latitude: float
    longitude: float
    tags: tuple[str, ...] = ()
    sub_stream: bool = False
    secured: bool = False
    online: bool = True


AGENCIES = (
    DemoAgency(code="DUBAI_POLICE", limit=50, name_en="Dubai Police", name_ar="شرطة دبي"),
    DemoAgency(code="METRO", limit=30, name_en="Dubai Metro", name_ar="مترو دبي"),
    DemoAgency(code="PARKING", limit=20, name_en="Public Parking", name_ar="المواقف العامة"),
    DemoAgency(code="TAXI", limit=25, name_en="Dubai Taxi", name_ar="تاكسي دبي"),
)
GROUPS = (
    DemoGroup(agency="DUBAI_POLICE", name_en="Roads", name_ar="الطرق"),
    DemoGroup(agency="DUBAI_POLICE", name_en="Sheikh Zayed Road", name_ar="شارع الشيخ زايد", parent_en="Roads"),
    DemoGroup(agency="METRO", name_en="Red Line", name_ar="الخط الأحمر"),
    DemoGroup(agency="PARKING", name_en="Deira", name_ar="ديرة"),
    DemoGroup(agency="TAXI", name_en="Airport", name_ar="المطار"),
)
CAMERAS = (
    DemoCamera(
        camera_id="cam-001-sheikh-zayed",
        agency="DUBAI_POLICE",
        group_en="Sheikh Zayed Road",
        name_en="Sheikh Zayed Road, Interchange 1",
        name_ar="شارع الشيخ زايد، التقاطع الأول",
        place="Sheikh Zayed Road, Trade Centre",
        latitude=25.2175,
        longitude=55.2796,
        tags=("traffic", "highway"),
    ),
    DemoCamera(
        camera_id="cam-002-metro-station",
        agency="METRO",
        group_en="Red Line",
        name_en="Burj Khalifa/Dubai Mall Station, Platform 2",
        name_ar="محطة برج خليفة/دبي مول، الرصيف 2",
        place="Burj Khalifa/Dubai Mall Metro Station",
        latitude=25.2014,
        longitude=55.2695,
        tags=("platform", "h265", "audio"),
    ),
    DemoCamera(
        camera_id="cam-003-parking-deira",
        agency="PARKING",
        group_en="Deira",
        name_en="Al Rigga Multi-storey, Entrance",
        name_ar="مواقف الرقة متعددة الطوابق، المدخل",
        place="Al Rigga Road, Deira",
        latitude=25.2631,
        longitude=55.3245,
        tags=("entrance", "1080p"),
    ),
    DemoCamera(
        camera_id="cam-004-taxi-airport",
        agency="TAXI",
        group_en="Airport",
        name_en="Airport Terminal 3, Taxi Rank",
        name_ar="مبنى المطار 3، موقف سيارات الأجرة",
        place="Dubai International Airport, Terminal 3",
        latitude=25.2455,
        longitude=55.3583,
        tags=("rank", "sub-stream"),
        sub_stream=True,
        secured=True,
    ),
    DemoCamera(
        camera_id="cam-005-offline",
        agency="DUBAI_POLICE",
        group_en="Roads",
        name_en="Al Maktoum Bridge, North",
        name_ar="جسر آل مكتوم، الشمال",
        place="Al Maktoum Bridge",
        latitude=25.2519,
        longitude=55.3208,
        tags=("bridge",),
        online=False,
    ),
)


def extra_camera(number: int) -> DemoCamera:
    """Small cameras `cam-006-demo` onwards, spread over the agencies and along the creek."""
    agency = AGENCIES[number % len(AGENCIES)]
    group = next(group for group in GROUPS if group.agency == agency.code)
    return DemoCamera(
        camera_id=f"cam-{number:03d}-demo",
        agency=agency.code,
        group_en=group.name_en,
        name_en=f"Demo camera {number}",
        name_ar=f"كاميرا تجريبية {number}",
        place="Dubai Creek",
        latitude=round(25.23 + (number * 7 % 50) / 1000, 4),
        longitude=round(55.28 + (number * 13 % 70) / 1000, 4),
        tags=("demo",),
    )
