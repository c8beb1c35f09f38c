@echo off
chcp 65001 >nul
cd /d "%~dp0"
where py >nul 2>nul && (py -3 run.py menu & goto end)
where python >nul 2>nul && (python run.py menu & goto end)
echo Python nav atrasts. Uzstādiet Python 3.13 no https://www.python.org/downloads/ un mēģiniet vēlreiz.
:end
pause
