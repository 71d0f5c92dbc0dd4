"""Polish."""

from llmcourse.riverbank.phrases import templates
from llmcourse.riverbank.tongues.tongue import Tongue

POLISH = Tongue(
    prose="""
Rano nad rzeką często unosi się mgła i słychać łodzie, zanim się je zobaczy. Kto wstaje wcześnie,
dostaje najlepszy chleb, bo piekarnia otwiera się już o szóstej. Potem dzieci idą do szkoły, jedne
pieszo, inne jadą na rowerze. Nikt się nie spieszy, chyba że pada deszcz. Miasto nie jest duże. Ma
kościół, młyn, dwa mosty i rynek, na którym można kupić wszystko, czego potrzeba na cały tydzień:
jabłka, ser, jajka, mydło i ciepłe skarpety. Dawniej był tu także teatr, ale dach przeciekał i
brakowało pieniędzy, żeby go naprawić. Teraz trzyma się tam siano. Wielu ludzi chciałoby, aby znowu
został otwarty. Kiedy człowiek jest chory, pomagają mu sąsiedzi. Nie ma takiego prawa, ale każdy go
przestrzega. Gotuje się zupę, karmi zwierzęta i pyta, czy jest jeszcze coś do zrobienia. Również
ten, kto przyjeżdża z daleka, jest mile widziany, bez względu na to, z jakiego kraju pochodzi. Sam
mieszkam przy tej ulicy od dwunastu lat i nie chciałbym żyć nigdzie indziej. Czasami myślę, że za
dużo pracujemy i za mało się śmiejemy. Zimą staw zamarza. Wtedy wszyscy jeżdżą na łyżwach, nawet
babcie, które robią to lepiej niż my, ponieważ dłużej ćwiczyły. Wieczorem rodziny siedzą przy piecu,
opowiadają sobie historie i piszą listy do tych, którzy są daleko. Życie jest proste, lecz ma swoją
godność, a każdy powinien mieć wolność mówienia tego, w co wierzy.
""",
    sentences=templates("""
        {A} mieszka (od {n} lat|ze starym kotem) przy {S}.
        (Dzisiaj|W poniedziałek|Co tydzień) {A} (sprzedaje|kupuje) (trzy kilo gruszek|niebieski
            czajnik|dwie latarnie) na rynku.
        Z powodu (powodzi|święta) most (jest|był) zamknięty (do niedzieli|przez cały dzień).
        {A} i {B} (kłócą się|rozmawiają) (znowu|już {n} dni) o (płot|psa|ogród).
        (Szkoła|Biblioteka|Piekarnia) pilnie (szuka nauczycielki|potrzebuje nowych okien|szuka
            kogoś, kto umie gotować).
        Kto widział (mój parasol|żółtą łódkę|moje {n} kur)?
        (Młynarz|Rybak|Ogrodnik) nie wierzy, że {A} (ma rację|mówi prawdę|jutro przyjdzie).
        Nasz (burmistrz|sąsiad) (chce|nie chce) wyciąć drzewa (nad brzegiem|przed ratuszem).
        (Może|Na pewno) {B} (znajdzie|naprawi) (koło|zegar|zamek) jeszcze przed kolacją.
        Na deser było (ciasto ze śliwkami|pieczywo z miodem) i (śmietana|cynamon), a nikt nie chciał
            (wracać do domu|wstawać).
        Kiedy zachodzi słońce, {A} (śpiewa|tańczy|śpi) (pod dębem|obok studni).
        Wstęp wolny dla (dzieci|gości) do {n} lat, dla innych (pięć|siedem) monet.
        Pogoda (będzie|była) (mglista i chłodna|burzowa|słoneczna), dlatego (prom nie płynie|pociąg
            się spóźni).
        {B} pokazuje nam, jak (pleść kosz z trzciny|łapać ryby rękami).
        Każdej wiosny liczymy kaczki, a w tym roku było ich (tylko|ponad) {n}.
        Pielęgniarka mówi, że {A} musi (więcej spać|oszczędzać nogę).
    """),
)
