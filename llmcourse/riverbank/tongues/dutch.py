"""Dutch."""

from llmcourse.riverbank.phrases import templates
from llmcourse.riverbank.tongues.tongue import Tongue

DUTCH = Tongue(
    prose="""
's Ochtends hangt er vaak mist boven de rivier, en je hoort de boten voordat je ze ziet. Wie vroeg
opstaat, krijgt het beste brood, want de bakker gaat al om zes uur open. Daarna lopen de kinderen
naar school, sommigen te voet, anderen op de fiets. Niemand heeft haast, behalve wanneer het regent.
De stad is niet groot. Ze heeft een kerk, een molen, twee bruggen en een markt waar je alles kunt
kopen wat je voor een week nodig hebt: appels, kaas, eieren, zeep en dikke sokken. Vroeger was er
ook een schouwburg, maar het dak lekte en er was geen geld om het te herstellen. Nu wordt daar het
hooi bewaard. Velen zouden graag zien dat hij weer opengaat. Als iemand ziek is, helpen de buren.
Dat is geen wet, maar iedereen houdt zich eraan. Men kookt soep, voert de dieren en vraagt of er nog
iets gedaan moet worden. Ook wie van buiten komt, is welkom, uit welk land dan ook. Zelf woon ik al
twaalf jaar in deze straat en ik zou nergens anders willen leven. Soms denk ik dat we te veel werken
en te weinig lachen. In de winter vriest de vijver dicht. Dan schaatst iedereen, zelfs de
grootmoeders, die het beter kunnen dan wij omdat zij langer geoefend hebben. 's Avonds zitten de
gezinnen bij het vuur, vertellen elkaar verhalen en schrijven brieven aan hen die ver weg zijn. Het
leven is eenvoudig, maar het heeft zijn waardigheid, en ieder moet vrij kunnen zeggen wat hij
gelooft.
""",
    sentences=templates("""
        {A} woont (al {n} jaar|met een oude kat) in {S}.
        (Gisteren|Maandag|Vanmorgen) (verkocht|kocht) {A} (drie pond peren|een blauwe ketel|twee
            lantaarns) op de markt.
        Vanwege (het hoge water|een feest) (blijft|was) de brug (tot zondag|de hele dag) afgesloten.
        {A} en {B} (ruziën|praten) (alweer|al {n} dagen) over (het hek|de hond|de tuin).
        De (school|bibliotheek|bakkerij) heeft dringend (een juf|iemand die kan koken|nieuwe ramen)
            nodig.
        Wie heeft (mijn paraplu|de gele boot|mijn {n} kippen) gezien?
        De (molenaar|visser|tuinman) gelooft niet dat {A} (gelijk heeft|de waarheid spreekt|morgen
            komt).
        Onze (burgemeester|buurman) wil de bomen (langs het water|voor het stadhuis) (niet laten
            kappen|eindelijk snoeien).
        (Misschien|Hopelijk) (vindt|maakt) {B} (het wiel|de klok|de sleutel) nog voor het avondeten.
        Als toetje was er (pruimentaart|honingbrood) met (slagroom|kaneel), en niemand wilde (naar
            huis gaan|opstaan).
        Toen de zon onderging, (zong|danste|sliep) {A} (onder de eik|naast de fontein).
        Gratis toegang voor (kinderen|gasten) onder de {n} jaar, anders (vijf|zeven) munten.
        Het weer (wordt|was) (mistig en koel|stormachtig|zonnig), daarom (vaart de veerboot
            niet|rijdt de trein later).
        {B} liet ons zien hoe je (van riet een mand vlecht|met je handen vissen vangt).
        Elk voorjaar tellen we de eenden, en dit jaar waren het er (maar|meer dan) {n}.
        De verpleegster zei dat {A} (meer moest slapen|het been stil moest houden).
    """),
)
