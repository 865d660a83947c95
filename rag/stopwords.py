"""Words that carry the grammar of a question and nothing of its subject, in search form."""

from __future__ import annotations

from index.normalise import normalise

_ENGLISH = """
a about above according across after again against all almost also although am among an and any anyone anything are
around as
at be because been before being below between both but by can cannot could did didn do does doesn doing don done
during each
either else ever every few for from further give given gives had has hasn have having he her here hers herself him
himself his
how however i if in into is isn it its itself just let like ll many may me might mine more most much must my myself
near neither no nor
not of off on once one only onto or other others our ours out over own per please re said same say says shall she
should show so
some someone something such t tell than that the their theirs them themselves then there these they thing things this
those
through to too toward towards under until up upon us ve very was wasn we were weren what whatever when whenever where
wherever whether which
while who whom whose why will with within without would you your yours know explain describe regarding concerning s d
m want
"""
_FRENCH = """
a ai as au aux avec avait avaient avoir ayant c ce ceci cela celle celles celui ces cet cette ceux chaque chez comme
comment
concernant contre d dans de depuis des dit dire donc dont du elle elles en entre es est et etaient etait ete etre eu
eux fait faire fut ici il ils j je l la
laquelle le lequel les lesquels leur leurs lors lui m ma mais me meme mes moi mon n ne ni nos notre nous on ont ou par
parmi
pas pendant peut plus pour pourquoi pres puis qu quand que quel quelle quelles quels quelque quelques qui quoi s sa
sans se selon
sera ses si soit son sont sous sur t ta tandis te tes toi ton tous tout toute toutes tu un une va vers vos votre vous
y combien
"""
_ARABIC = """
في من الى إلى على عن مع هذا هذه ذلك تلك هؤلاء الذي التي الذين اللذان اللتان اللواتي ما ماذا من هل كم كيف متى أين اين
لماذا لم لن لا ليس
ليست كان كانت كانوا يكون تكون أن ان إن أنه انه أنها انها إنه إنها او أو أم ثم لكن بل قد لقد كل بعض أي اي أية هو هي هم
هن هما نحن أنا انت أنت
عند عندما لدى منذ حتى بين بعد قبل خلال حول ضد دون غير سوى فقط أيضا ايضا كما مثل حيث إذا اذا لو لولا إذ اذ قال قالت
يقول ذكر وفق وفقا بحسب حسب
به بها بهم له لها لهم فيه فيها فيهم منه منها منهم عليه عليها عليهم إليه اليه إليها عنه عنها هنا هناك الآن الان يا اما
أما وهو وهي وكان وكانت
التى الذى اللي ايه ليه فين مين امتى شو وين بشأن بخصوص تم يتم جرى شيء أخبرني أذكر اذكر ماهو ماهي ومن وما وهل ومتى واين
وأين بماذا عما عمن لمن بمن ممن
"""

STOPWORDS = frozenset(normalise(" ".join((_ENGLISH, _FRENCH, _ARABIC, "al el"))).split())
