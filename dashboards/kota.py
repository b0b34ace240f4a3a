"""Dashboard *Kota*: how many are registered, what BPS says, where the burden lies, whether the data can be trusted."""

from dashboards.model import (
    TWO_DIGITS,
    Dashboard,
    Figure,
    Filter,
    Listing,
    Placed,
    Plot,
    Text,
    count,
    value,
)

_INTRO = Text(
    "### Kemiskinan kota: register dan statistik\n"
    "**Orang terdaftar** adalah orang yang tercatat dalam register sosial (DTKS, DTSEN). **Penduduk miskin** adalah "
    "perkiraan BPS dari survei. Keduanya mengukur hal yang berbeda: jangan dikurangkan, dibagi atau dicocokkan."
)

_FIGURES = (
    Placed(
        Figure(
            "Orang terdaftar (jiwa)",
            "tren_rilis",
            ("rilis_terakhir", "tingkat = 'kabupaten/kota'"),
            measure=value("jumlah_jiwa", "Orang terdaftar"),
            subtitle="rilis register terakhir",
        ),
        3,
        20,
    ),
    Placed(
        Figure(
            "Perubahan (persen)",
            "tren_rilis",
            ("rilis_terakhir", "tingkat = 'kabupaten/kota'"),
            measure=value("perubahan_persen", "Perubahan"),
            subtitle="orang terdaftar, terhadap rilis sebelumnya",
            number_format="+,.2f",
        ),
        3,
        20,
    ),
    Placed(
        Figure(
            "Penduduk miskin (persen)",
            "indikator_makro",
            ("wilayah_sendiri", "tahun_terakhir", "indikator = 'kemiskinan_p0'"),
            measure=value("nilai", "Penduduk miskin"),
            subtitle="perkiraan BPS, tahun terakhir",
            number_format=TWO_DIGITS,
        ),
        3,
        20,
    ),
    Placed(
        Figure(
            "Kelurahan dampingan",
            "pendampingan",
            ("ada_pendamping",),
            measure=count("Kelurahan"),
            subtitle="berpendamping OPD menurut penetapan",
        ),
        3,
        20,
    ),
)

_TRENDS = (
    Placed(
        Plot(
            "Orang terdaftar tiap kecamatan menurut rilis (jiwa)",
            "tren_rilis",
            ("tingkat = 'kecamatan'",),
            x="periode",
            plotted=(value("jumlah_jiwa", "Orang terdaftar"),),
            series="nama_wilayah",
            axis="jiwa",
        ),
        6,
        46,
    ),
    Placed(
        Plot(
            "Penduduk miskin menurut BPS dan wilayah (persen)",
            "indikator_makro",
            ("indikator = 'kemiskinan_p0'", "nama_wilayah IS NOT NULL"),
            x="periode",
            plotted=(value("nilai", "Penduduk miskin"),),
            series="nama_wilayah",
            axis="persen penduduk",
            lines=True,
            number_format=TWO_DIGITS,
        ),
        6,
        46,
    ),
)

_INDICATORS = Placed(
    Listing(
        "Indikator BPS, nilai terakhir: kota, provinsi dan Indonesia",
        "indikator_makro",
        ("wilayah_sendiri", "tahun_terakhir"),
        columns=(
            "nama_indikator",
            "tahun",
            "nilai",
            "satuan",
            "nilai_provinsi",
            "nilai_nasional",
            "sumber",
            "sumber_berbeda",
        ),
        order=(("nama_indikator", True),),
    ),
    12,
    50,
)

_PLACES = (
    Placed(
        Plot(
            "Orang terdaftar tiap kelurahan, rilis terakhir (jiwa)",
            "penduduk_terdaftar_kelurahan",
            ("rilis_terakhir",),
            x="kelurahan",
            plotted=(value("jumlah_jiwa", "Orang terdaftar"),),
            axis="jiwa",
            horizontal=True,
        ),
        6,
        90,
    ),
    Placed(
        Plot(
            "Tidak padan dengan Dukcapil, rilis terakhir (persen orang terdaftar)",
            "kualitas_nik",
            ("rilis_terakhir",),
            x="kelurahan",
            plotted=(value("tidak_padan_persen", "Tidak padan"),),
            axis="persen orang terdaftar",
            horizontal=True,
            number_format=TWO_DIGITS,
        ),
        6,
        90,
    ),
)

_PRIORITIES = Placed(
    Listing(
        "Urutan prioritas kelurahan (1 = beban tertinggi dengan intervensi terendah)",
        "prioritas_kelurahan",
        columns=(
            "urutan_prioritas",
            "kelurahan",
            "kecamatan",
            "terdaftar_jiwa",
            "tanpa_bansos_persen",
            "ada_pendamping",
            "jumlah_kegiatan",
            "anggaran_per_jiwa_rp",
        ),
        order=(("urutan_prioritas", True), ("kelurahan", True)),
        page=20,
    ),
    12,
    70,
)

_PROGRAMMES = Placed(
    Listing(
        "Penerima bantuan sosial tiap kelurahan menurut register, rilis terakhir (jiwa, dibulatkan)",
        "bansos_kelurahan",
        ("rilis_terakhir",),
        columns=("kecamatan", "kelurahan", "program", "penerima_jiwa", "terdaftar_jiwa", "penerima_persen"),
        order=(("kecamatan", True), ("kelurahan", True), ("program", True)),
        page=20,
    ),
    12,
    70,
)

_TRUST = Placed(
    Listing(
        "Cocokkah jumlah yang diterima dengan SK?",
        "rekonsiliasi_sk",
        columns=(
            "periode",
            "tingkat",
            "nama_wilayah",
            "nomor_sk",
            "jumlah_sk_jiwa",
            "jumlah_diterima_jiwa",
            "selisih_jiwa",
            "cocok",
        ),
        order=(("periode", False), ("tingkat", True), ("nama_wilayah", True)),
        page=20,
    ),
    12,
    48,
)

_FRESHNESS = Placed(
    Listing(
        "Sebaru apa datanya?",
        "kesegaran_data",
        columns=("kelompok_sumber", "sumber", "periode_terbaru", "diterima_terakhir", "jatuh_tempo", "terlambat"),
        order=(("terlambat", False), ("kelompok_sumber", True), ("sumber", True)),
        page=20,
    ),
    12,
    70,
)

KOTA = Dashboard(
    "Kota",
    "kota",
    (
        (Placed(_INTRO, 12, 14),),
        _FIGURES,
        _TRENDS,
        (_INDICATORS,),
        _PLACES,
        (_PRIORITIES,),
        (_PROGRAMMES,),
        (_TRUST,),
        (_FRESHNESS,),
    ),
    (Filter("Kecamatan", "penduduk_terdaftar_kelurahan", "kecamatan"),),
)
