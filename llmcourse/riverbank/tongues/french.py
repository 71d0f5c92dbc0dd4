"""French."""

from llmcourse.riverbank.phrases import templates
from llmcourse.riverbank.tongues.tongue import Tongue

FRENCH = Tongue(
    prose="""
Le matin, la brume couvre souvent la rivière, et on entend les bateaux avant de les voir. Ceux qui
se lèvent tôt trouvent le meilleur pain, car la boulangerie ouvre à six heures. Ensuite les enfants
vont à l'école, les uns à pied, les autres à vélo. Personne n'est pressé, sauf quand il pleut. La
ville n'est pas grande. Elle a une église, un moulin, deux ponts et un marché où l'on peut acheter
tout ce qu'il faut pour une semaine : des pommes, du fromage, des œufs, du savon et des chaussettes
chaudes. Autrefois il y avait aussi un théâtre, mais le toit laissait passer l'eau et l'argent
manquait pour le réparer. Maintenant on y garde le foin. Beaucoup d'entre nous voudraient qu'il
ouvre de nouveau. Lorsqu'une personne est malade, ses voisins viennent l'aider. Ce n'est pas une
loi, mais chacun la respecte. On prépare une soupe, on nourrit les bêtes et on demande s'il reste
quelque chose à faire. Les étrangers aussi sont les bienvenus, quel que soit leur pays. J'habite
cette rue depuis douze ans et je ne voudrais vivre nulle part ailleurs. Parfois je pense que nous
travaillons trop et que nous ne rions pas assez. En hiver l'étang gèle. Alors tout le monde patine,
même les grands-mères, qui le font mieux que nous parce qu'elles ont plus d'expérience. Le soir, les
familles se réunissent autour du feu, racontent leurs histoires et écrivent des lettres à ceux qui
sont loin. La vie est simple, mais elle a sa dignité, et tous doivent être libres de dire ce qu'ils
croient.
""",
    sentences=templates("""
        {A} (habite|vit) (depuis {n} ans|avec un vieux chat) dans {S}.
        (Hier|Lundi dernier|Ce matin), {A} a (vendu|acheté) (trois livres de poires|une bouilloire
            bleue|deux lanternes) au marché.
        À cause (de la crue|d'une fête), le pont (restera|était) fermé (jusqu'à dimanche|toute la
            journée).
        {A} et {B} (se disputent|discutent) (encore une fois|depuis {n} jours) à propos (de la
            clôture|du chien|du jardin).
        (L'école|La bibliothèque|La boulangerie) (cherche|demande) d'urgence (une
            maîtresse|quelqu'un qui sache cuisiner|un nouveau toit).
        Qui a vu (mon parapluie|la barque jaune|mes {n} poules) ?
        Le (meunier|pêcheur|jardinier) ne croit pas que {A} (ait raison|dise la vérité|vienne
            demain).
        Notre (maire|voisin) (voudrait|ne veut pas) couper les arbres (au bord de l'eau|devant la
            mairie).
        (Peut-être|Sans doute) que {B} (trouvera|réparera) (la roue|l'horloge|la clé) avant le
            dîner.
        Au dessert, il y avait (une tarte aux prunes|du pain au miel) avec (de la crème|un peu de
            cannelle), et personne ne voulait (rentrer|se lever).
        Quand le soleil s'est couché, {A} (chantait|dansait|dormait) (sous le chêne|près de la
            fontaine).
        Entrée gratuite pour les (enfants|visiteurs) de moins de {n} ans, sinon (cinq|sept) pièces.
        Le temps (sera|était) (brumeux et frais|orageux|ensoleillé), c'est pourquoi (le bac ne part
            pas|le train est en retard).
        {B} nous a montré comment (tresser un panier avec des roseaux|attraper des poissons à la
            main).
        Chaque printemps nous comptons les canards, et cette année il y en avait (seulement|plus de)
            {n}.
        L'infirmière a dit que {A} devait (dormir davantage|garder la jambe immobile).
    """),
)
