"""Turkish."""

from llmcourse.riverbank.phrases import templates
from llmcourse.riverbank.tongues.tongue import Tongue

TURKISH = Tongue(
    prose="""
Sabahları nehrin üzerini çoğu zaman sis kaplar ve kayıkları görmeden önce seslerini duyarsınız.
Erken kalkan en iyi ekmeği alır, çünkü fırın saat altıda açılır. Sonra çocuklar okula gider, kimi
yürüyerek, kimi bisikletle. Yağmur yağmadıkça kimsenin acelesi yoktur. Kasaba büyük değildir. Bir
kilisesi, bir değirmeni, iki köprüsü ve bir hafta için gereken her şeyin satın alınabildiği bir
pazarı vardır: elma, peynir, yumurta, sabun ve kalın çoraplar. Eskiden bir tiyatro da vardı, ama
çatısı akıyordu ve onu onarmak için para bulunamadı. Şimdi orada saman saklanıyor. Birçok kişi onun
yeniden açılmasını istiyor. Bir insan hastalandığında komşuları ona yardım eder. Bu bir kanun
değildir, ama herkes buna uyar. Çorba pişirilir, hayvanlar beslenir ve yapılacak başka bir iş olup
olmadığı sorulur. Dışarıdan gelenler de, hangi ülkeden olurlarsa olsunlar, güler yüzle karşılanır.
Ben on iki yıldır bu sokakta oturuyorum ve başka hiçbir yerde yaşamak istemem. Bazen çok
çalıştığımızı ve az güldüğümüzü düşünüyorum. Kışın gölet donar. O zaman herkes buz üzerinde kayar,
büyükanneler bile; onlar bunu bizden daha iyi yaparlar, çünkü daha uzun süre alıştırma yapmışlardır.
Akşamları aileler ateşin başında oturur, birbirlerine hikâyeler anlatır ve uzaktakilere mektup
yazar. Hayat sadedir, ama bir onuru vardır ve herkes inandığını söylemekte özgür olmalıdır.
""",
    sentences=templates("""
        {A} ({n} yıldır|yaşlı bir kediyle) {S} adresinde oturuyor.
        (Dün|Pazartesi günü|Bu sabah) {A} pazarda (üç kilo armut|mavi bir çaydanlık|iki fener)
            (sattı|satın aldı).
        (Sel|Bayram) yüzünden köprü (pazar gününe kadar|bütün gün) kapalı (kalacak|kaldı).
        {A} ile {B} (yine|{n} gündür) (çit|köpek|bahçe) hakkında (tartışıyor|konuşuyor).
        (Okul|Kütüphane|Fırın) acele (bir öğretmen arıyor|yemek yapabilen birini arıyor|yeni pencere
            istiyor).
        (Şemsiyemi|Sarı kayığı|{n} tavuğumu) kim gördü?
        (Değirmenci|Balıkçı|Bahçıvan), {A} (haklıdır|doğruyu söylüyor|yarın gelir) diye düşünmüyor.
        (Belediye başkanımız|Komşumuz) (kıyıdaki|meydandaki) ağaçları (kesmek istemiyor|artık
            budamak istiyor).
        (Belki|Umarım) {B} akşam yemeğinden önce (tekerleği|saati|anahtarı) (bulur|onarır).
        Tatlı olarak (kremalı|tarçınlı) (erik pastası|ballı ekmek) vardı ve kimse (eve
            gitmek|kalkmak) istemedi.
        Güneş batarken {A} (meşenin altında|çeşmenin yanında) (şarkı söylüyordu|dans
            ediyordu|uyuyordu).
        {n} yaşından küçük (çocuklar|misafirler) için giriş ücretsizdir, diğerleri (beş|yedi) kuruş
            öder.
        Hava (sisli ve serin|fırtınalı|güneşli) (olacak|idi), bu yüzden (vapur kalkmıyor|tren
            gecikecek).
        {B} bize (sazdan sepet örmeyi|elle balık tutmayı) gösterdi.
        Her ilkbahar ördekleri sayarız, bu yıl (sadece|tam) {n} taneydi.
        Hemşire, {A} için (daha çok uyku|bacağına dikkat) gerektiğini söyledi.
    """),
)
